"""All coverage simulations: `python -m tests.coverage [DRAWS]` writes docs/simulations.md; the topics run side by side."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from tests.coverage import design_based, fieldwork, ranks, reliability, small_areas, validity, weighting
from tests.coverage.report import markdown

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "simulations.md"
SEED = 1
HEAD = """# Coverage simulations

How often 95 % intervals hold the truth, over samples drawn again and again from invented populations whose true values are
known. Written by `make simulations` on {day}, {draws:,} draws, seed {seed}. A right interval covers 93.6 to 96.4 % of
1,000 draws with probability 95 %; the bar is 93 to 97 %. "mean SE / spread" near 1 says that standard errors are honest.
"""


def _cases(rows: Sequence[Mapping[str, str | int | float]]) -> str:
    """Rows of a topic that counts cases, as a table."""
    names = [name for name in rows[0] if name not in ("topic", "level")]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = [f"{row[name]:.3f}" if isinstance(row[name], float) else str(row[name]) for name in names]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def design_based_text(draws: int) -> str:
    """Means, totals, shares, ratios, domains, quantiles, replicates, raking."""
    return "## Designs, domains, replicates, raking\n\n" + markdown(design_based.run(draws, SEED))


def weighting_text(draws: int) -> str:
    """Nonresponse and volunteers."""
    return "## The weighting chain\n\n" + markdown(weighting.run(draws, SEED))


def reliability_text(draws: int) -> str:
    """Reliability and agreement."""
    return "## Reliability and agreement\n\n" + markdown(reliability.run(draws, SEED))


def validity_text(draws: int) -> str:
    """Factor models."""
    covered, sizes = validity.run(draws, SEED)
    return "## Factor models\n\n" + markdown(covered) + "\n\n" + validity.size_table(sizes)


def small_areas_text(draws: int) -> str:
    """Small areas."""
    return "## Small areas\n\n" + _cases(small_areas.run(draws, SEED))


def ranks_text(draws: int) -> str:
    """Rank sets."""
    return "## Rank sets\n\n" + _cases(ranks.run(draws, SEED))


def fieldwork_text(draws: int) -> str:
    """Fieldwork and draws."""
    return "## Fieldwork and drawn samples\n\n" + markdown(fieldwork.run(draws, SEED))


TOPICS = (
    design_based_text,
    weighting_text,
    reliability_text,
    validity_text,
    small_areas_text,
    ranks_text,
    fieldwork_text,
)


def main(arguments: Sequence[str]) -> None:
    """Every topic in a process of its own, two at a time."""
    draws = int(arguments[0]) if arguments else 1000
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        texts = [done.result() for done in [pool.submit(topic, draws) for topic in TOPICS]]
    head = HEAD.format(day=date.today().isoformat(), draws=draws, seed=SEED)  # noqa: DTZ011 - a day for readers
    REPORT.write_text("\n\n".join([head.rstrip(), *texts]) + "\n", encoding="utf-8")
    subprocess.run(["git", "diff", "--stat", "--", str(REPORT)], cwd=ROOT, check=False)


if __name__ == "__main__":
    main(sys.argv[1:])

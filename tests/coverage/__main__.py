"""All coverage simulations: `python -m tests.coverage [DRAWS]` writes docs/simulations.md; the topics run side by side."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from tests.coverage.topics import SEED, TOPICS

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "simulations.md"
HEAD = """# Coverage simulations

How often 95 % intervals hold the truth, over samples drawn again and again from invented populations whose true values are
known. Written by `make simulations` on {day}, {draws:,} draws, seed {seed}. A right interval covers 93.6 to 96.4 % of
1,000 draws with probability 95 %; the bar is 93 to 97 %. "mean SE / spread" near 1 says that standard errors are honest.
"""


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

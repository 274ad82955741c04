"""The topics of the coverage simulations as texts; a module of its own, so that other processes find them."""

from collections.abc import Mapping, Sequence

from tests.coverage import design_based, fieldwork, ranks, reliability, small_areas, validity, weighting
from tests.coverage.report import markdown

SEED = 1


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

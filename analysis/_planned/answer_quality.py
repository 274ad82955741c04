"""Home of the quality of answers that a plan asks about: indices with their flags, and what leaving out would change."""

from collections.abc import Iterator

import numpy as np

from analysis._planned.source import Row, Source, finite
from analysis._types import FloatArray
from analysis.plan import QualityPlan
from analysis.quality import RespondentQuality, respondents


def quality_rows(source: Source) -> list[Row]:
    """Of every block: one row per index, then one per flag and item whose mean it touches. Nobody is deleted."""
    return [row for wanted in source.plan.quality for row in _block(source, wanted)]


def quality_columns(source: Source) -> dict[str, FloatArray]:
    """(n,) value of every index for every respondent, and the combined flag, under "block: index"."""
    columns: dict[str, FloatArray] = {}
    for wanted in source.plan.quality:
        found = _report(source, wanted)
        columns |= {f"{wanted.name}: {index.name}": index.values for index in found.indices}
        columns[f"{wanted.name}: flagged"] = found.is_flagged.astype(np.float64)
    return columns


def _report(source: Source, wanted: QualityPlan) -> RespondentQuality:
    seconds = None if wanted.seconds is None else source.numbers(wanted.seconds)
    return respondents(source.matrix(wanted.items), seconds=seconds, duplicates=False)


def _block(source: Source, wanted: QualityPlan) -> Iterator[Row]:
    found = _report(source, wanted)
    status = ";".join(item.code for item in found.status)
    for row in found.to_rows():
        yield {"name": wanted.name, "part": "index", **_plain(row), "status": status}
    if wanted.effect_on:
        values = source.matrix(wanted.effect_on)
        for effects in found.effects(values, design=source.design, items=wanted.effect_on):
            for row in effects.to_rows():
                yield {"name": wanted.name, "part": "effect", **_plain(row)}


def _plain(row: object) -> Row:
    assert isinstance(row, dict)
    return {key: finite(value) for key, value in row.items()}

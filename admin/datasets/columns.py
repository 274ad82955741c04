"""The columns of a frozen dataset: what is known of every response, then one column a variable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from admin.datasets.table import ColumnType
from survey.instrument.codebook import Variable
from survey.models.response import Response
from survey.models.wave import Channel, Wave

OPEN_STREAM = "open_participants"
_KNOWN: dict[str, ColumnType] = {
    "response_id": "VARCHAR",
    "wave": "VARCHAR",
    "channel": "VARCHAR",
    "mode": "VARCHAR",
    "stratum": "VARCHAR",
    "base_weight": "DOUBLE",
    "part": "VARCHAR",
    "day": "DATE",
    "language": "VARCHAR",
    "seconds": "INTEGER",
    "device_group": "VARCHAR",
    "burst_band": "VARCHAR",
    "interviewer": "VARCHAR",
    "frame_source": "VARCHAR",
    "set_aside": "VARCHAR",
    "excluded": "VARCHAR",
}
#: The transaction's channel must not be mistaken for the channel by which the right to answer arose.
_CONTEXT_NAMES = {"channel": "channel_of_service"}
_ROSTERS = {"power_organs", "social_organisations", "experts"}


def stream_of(wave: Wave, channel: str) -> str:
    """The file that a response belongs to: its evaluator group, with open and peacetime answers apart.

    Open answers to the instrument of a scored group have a file of their own: another instrument, other columns.
    """
    if channel in {Channel.OPEN, Channel.SITE} and wave.evaluator_group != OPEN_STREAM:
        return f"{wave.evaluator_group}_open"
    return (
        f"{wave.evaluator_group}_peacetime" if wave.period.startswith("peacetime") else wave.evaluator_group
    )


def context_columns(stream: str, context_fields: tuple[str, ...]) -> dict[str, ColumnType]:
    """Columns for the facts known of a transaction or a roster."""
    columns: dict[str, ColumnType] = {_CONTEXT_NAMES.get(name, name): "VARCHAR" for name in context_fields}
    if stream in _ROSTERS:
        columns["roster_stratum"] = "VARCHAR"
    if "unit" in context_fields:
        columns["quarter"] = "VARCHAR"
    return columns


def response_columns(
    stream: str, context_fields: tuple[str, ...], variables: tuple[Variable, ...]
) -> dict[str, ColumnType]:
    """All columns of ``responses/<stream>.parquet``."""
    return {
        **_KNOWN,
        **context_columns(stream, context_fields),
        **{v.name: _type_of(v) for v in variables if v.table == "responses"},
    }


def rating_columns(variables: tuple[Variable, ...]) -> dict[str, ColumnType]:
    """All columns of ``unit_ratings/<stream>.parquet``; empty where the instrument rates no units."""
    items: dict[str, ColumnType] = {v.name: _type_of(v) for v in variables if v.table == "unit_ratings"}
    if not items:
        return {}
    return {"response_id": "VARCHAR", "unit": "VARCHAR", "ticked": "INTEGER", "drawn": "INTEGER", **items}


def known_cells(
    response: Response, wave: Wave, *, stream: str, excluded: str | None, set_aside: str | None
) -> dict[str, Any]:
    """The cells of one response that are not answers."""
    document = response.document
    marks: Mapping[str, Any] = document.get("marks") or {}
    probability = document.get("probability")
    cells: dict[str, Any] = {
        "response_id": response.id.hex(),
        "wave": wave.code,
        "channel": response.channel,
        "mode": document.get("mode"),
        "stratum": document.get("stratum"),
        "base_weight": None if probability is None else 1.0 / float(probability),
        "part": document.get("part", "main"),
        "day": date.fromisoformat(document["day"]),
        "language": document.get("language"),
        "seconds": marks.get("seconds"),
        "device_group": marks.get("device_group"),
        "burst_band": marks.get("burst_band"),
        "interviewer": marks.get("interviewer"),
        "frame_source": document.get("frame_source"),
        "set_aside": set_aside,
        "excluded": excluded,
    }
    if stream in _ROSTERS:
        cells["roster_stratum"] = document.get("stratum")
    return cells


def context_cells(
    context: Mapping[str, str | list[str]], wave: Wave, columns: Mapping[str, ColumnType]
) -> dict[str, Any]:
    """The cells of the transaction's facts."""
    cells: dict[str, Any] = {
        name: value
        for key, value in context.items()
        if (name := _CONTEXT_NAMES.get(key, key)) in columns and not isinstance(value, list)
    }
    if "quarter" in columns and wave.period.startswith("peacetime"):
        cells["quarter"] = wave.period.removeprefix("peacetime_")
    return cells


_TYPES: dict[str, ColumnType] = {
    "scale": "SMALLINT",
    "indicator": "SMALLINT",
    "rank": "SMALLINT",
    "count": "INTEGER",
    "number": "DOUBLE",
}


def _type_of(variable: Variable) -> ColumnType:
    return _TYPES.get(variable.kind, "VARCHAR")

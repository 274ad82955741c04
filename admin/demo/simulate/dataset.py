"""Home of the short way to a frozen dataset: the same interviews without walking through collection.

It serves work on statistics and the coverage report; the demo itself goes through `survey.collect`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate.answers import Interviews
from admin.demo.simulate.draw import all_interviews
from admin.demo.simulate.facts import NOT_ASKED, PEACETIME, ROSTER_GROUPS, Content, instrument_of, stream

Columns = dict[str, NDArray[Any]]
_CONTEXT = {"unit": "unit", "service_channel": "channel_of_service", "quarter": "quarter"}
_SQL_TYPES = {"O": "VARCHAR", "M": "DATE"}
_INTEGERS = ("seconds", "ticked", "drawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupData:
    """One group's part of a dataset: a row per response, and a row per rated unit."""

    responses: Columns
    unit_ratings: Columns


def simulate_dataset(
    content: Content, seed: int, *, planted: bool = False, peacetime: bool = True
) -> dict[str, GroupData]:
    """The frozen dataset's columns of every group.

    Numbers are float64 with NaN for "not asked", texts are objects with None, so that both map to NULL.
    """
    return {
        part.persons.group: group_data(content, seed, part)
        for part in all_interviews(content, seed, planted=planted, peacetime=peacetime)
    }


def group_data(content: Content, seed: int, interviews: Interviews) -> GroupData:
    """Turn a group's interviews into dataset columns."""
    persons = interviews.persons
    ids = np.array([f"{persons.group}-{row:05d}" for row in range(1, persons.n + 1)], dtype=object)
    responses = _design_columns(interviews, seed, ids)
    for code, values in persons.single.items():
        responses[code] = _texts(values)
    for code, matrix in persons.multi.items():
        was_asked = (
            np.isin(interviews.items["S11"], (1, 2)) if code == "C1" else np.ones(persons.n, dtype=bool)
        )
        for option, ticks in zip(persons.options[code], matrix.T, strict=True):
            responses[f"{code}.{option}"] = np.where(was_asked, ticks.astype(float), np.nan)
    for code, answers in interviews.items.items():
        responses[code] = _numbers(answers)
    drawn = _drawn(content, seed, interviews)
    if persons.units and persons.group not in ROSTER_GROUPS:
        responses["UM.ticked"] = persons.contact.sum(axis=1).astype(float)
        responses["UM.drawn"] = drawn.sum(axis=1).astype(float)
    return GroupData(responses=responses, unit_ratings=_unit_rows(interviews, ids, drawn))


def write_dataset(content: Content, seed: int, folder: Path, *, planted: bool = False) -> None:
    """Write `responses/*.parquet`, `unit_ratings/*.parquet`, `codebook.json` and `manifest.json`."""
    data = simulate_dataset(content, seed, planted=planted)
    files: dict[str, dict[str, Any]] = {}
    codebook: dict[str, list[str]] = {}
    for kind in ("responses", "unit_ratings"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for group, part in data.items():
            columns: Columns = getattr(part, kind)
            if not columns:
                continue
            name = f"{kind}/{group}.parquet"
            _write_parquet(columns, folder / name)
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            files[name] = {"rows": len(next(iter(columns.values()))), "sha256": digest}
            codebook[name] = list(columns)
    manifest = {"schema": "minyi/simulated-dataset/1", "seed": seed, "planted": planted, "files": files}
    for name, document in (("codebook.json", codebook), ("manifest.json", manifest)):
        (folder / name).write_text(
            json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
        )


def burst_bands(seed: int, days: NDArray[np.datetime64], minutes: NDArray[np.int64]) -> NDArray[Any]:
    """A name for the half hour of every interview: equal names fell together, the name does not say when."""
    slots = days.astype("datetime64[D]").astype(np.int64) * 48 + minutes // 30
    names, inverse = np.unique(slots, return_inverse=True)
    bands = [hashlib.sha256(f"{seed}|burst|{slot}".encode()).hexdigest()[:12] for slot in names.tolist()]
    return np.array(bands, dtype=object)[inverse]


def _design_columns(interviews: Interviews, seed: int, ids: NDArray[Any]) -> Columns:
    persons = interviews.persons
    facts = persons.facts
    wave = "peacetime" if persons.group == PEACETIME else "annual"
    columns: Columns = {
        "response_id": ids,
        "wave": _texts(np.full(persons.n, f"{wave}-2026")),
        "channel": _texts(facts["channel"]),
        "mode": _texts(facts["mode"]),
        "stratum": _texts(facts["stratum"]),
        "base_weight": 1.0 / facts["probability"],
        "part": _texts(facts["part"]),
        "day": facts["day"].astype("datetime64[D]"),
        "language": _texts(facts["language"]),
        "seconds": np.rint(facts["seconds"] / 10.0) * 10.0,
        "device_group": _texts(facts["device"]),
        "burst_band": burst_bands(seed, facts["day"], facts["minute"]),
        "interviewer": _texts(facts["interviewer"]),
        "frame_source": _texts(facts["frame_source"]),
        "set_aside": np.full(persons.n, None, dtype=object),
        "excluded": np.full(persons.n, None, dtype=object),
    }
    if persons.group in ROSTER_GROUPS:
        columns["roster_stratum"] = _texts(facts["roster_stratum"])
    if "service_channel" in facts:
        columns["city"] = _texts(facts["city"])
        columns |= {column: _texts(facts[fact]) for fact, column in _CONTEXT.items()}
    return columns


def _drawn(content: Content, seed: int, interviews: Interviews) -> NDArray[np.bool_]:
    """Which ticked units are rated: at random, at most as many as the instrument says."""
    persons = interviews.persons
    if persons.group in ROSTER_GROUPS or not persons.units:
        return persons.contact
    (limit,) = [
        question["max_units"]
        for section in content["instruments"][instrument_of(persons.group)]["sections"]
        for question in section["questions"]
        if question["type"] == "module"
    ]
    keys = np.where(
        persons.contact, stream(seed, persons.group, "drawn").random(persons.contact.shape), np.inf
    )
    place = np.argsort(np.argsort(keys, axis=1), axis=1)
    rated: NDArray[np.bool_] = persons.contact & (place < limit)
    return rated


def _unit_rows(interviews: Interviews, ids: NDArray[Any], drawn: NDArray[np.bool_]) -> Columns:
    if not interviews.ratings:
        return {}
    persons = interviews.persons
    row, unit = np.nonzero(drawn)
    columns: Columns = {
        "response_id": ids[row],
        "unit": np.array(persons.units, dtype=object)[unit],
        "ticked": persons.contact.sum(axis=1).astype(float)[row],
        "drawn": drawn.sum(axis=1).astype(float)[row],
    }
    return columns | {code: _numbers(ratings[row, unit]) for code, ratings in interviews.ratings.items()}


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    """Texts as objects, None where empty."""
    texts = values.astype(object)
    texts[values == ""] = None
    return texts


def _numbers(answers: NDArray[np.int8]) -> NDArray[np.float64]:
    return np.where(answers == NOT_ASKED, np.nan, answers.astype(float))


def _sql_type(name: str, values: NDArray[Any]) -> str:
    if values.dtype.kind in _SQL_TYPES:
        return _SQL_TYPES[values.dtype.kind]
    if name in _INTEGERS:
        return "INTEGER"
    return "DOUBLE" if name == "base_weight" else "TINYINT"


def _write_parquet(columns: Mapping[str, NDArray[Any]], path: Path) -> None:
    import duckdb
    import pandas as pd

    casts = ", ".join(
        f'CAST("{name}" AS {_sql_type(name, values)}) AS "{name}"' for name, values in columns.items()
    )
    frame = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("part", frame)
        connection.table("part").project(casts).write_parquet(str(path))

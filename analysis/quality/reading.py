"""Home of the way from a frozen dataset to what the radar looks at."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._types import FloatArray
from analysis.quality.radar import Fieldwork, Names

Columns = Mapping[str, NDArray[Any]]  # Any: text, number and date columns

#: Streams that may enter a score; the radar looks at nothing else.
SCORED_CHANNELS = ("sample", "assisted")
#: Columns that explain honest differences between responses, by group.
FACTORS: Mapping[str, tuple[str, ...]] = {
    "residents": ("A1", "A2", "A5"),
    "enterprises": ("A2", "A3"),
    "individual_businesses": ("A2", "A3"),
    "service_users": ("channel_of_service",),
    "service_users_peacetime": ("channel_of_service",),
}
_TOLD = {"yes": 1.0, "no": 0.0}


def read_fieldwork(
    folder: Path,
    group: str,
    *,
    province: Mapping[str, Any],  # Any: the province document
    items: Sequence[str],
    unit_items: Sequence[str] = (),
    accepted_sources: Sequence[str] = ("statistics_office",),
) -> Fieldwork:
    """Read one group of a frozen dataset.

    Parameters
    ----------
    items : rating items of the group (columns of its responses)
    unit_items : rating items of the unit module (columns of its unit ratings)
    """
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        responses = _read(connection, folder / "responses" / f"{group}.parquet", "response_id")
        path = folder / "unit_ratings" / f"{group}.parquet"
        ratings = _read(connection, path, "response_id, unit") if unit_items and path.exists() else {}
    return fieldwork_of(
        group,
        responses,
        province=province,
        items=items,
        unit_ratings=ratings,
        unit_items=unit_items,
        accepted_sources=accepted_sources,
    )


def fieldwork_of(
    group: str,
    responses: Columns,
    *,
    province: Mapping[str, Any],  # Any: the province document
    items: Sequence[str],
    unit_ratings: Columns | None = None,
    unit_items: Sequence[str] = (),
    accepted_sources: Sequence[str] = ("statistics_office",),
) -> Fieldwork:
    """The scored rows of a dataset's columns, in their order.

    Numbers are nan and texts None where there is nothing; final weights can be put in afterwards with
    `dataclasses.replace`.
    """
    scored = np.isin(_texts(responses["channel"]).astype(str), SCORED_CHANNELS)
    rows = {name: np.asarray(values)[scored] for name, values in responses.items()}
    n = int(scored.sum())
    city, county = _areas(group, rows, province)
    factors = {name: _filled(rows[name]) for name in FACTORS.get(group, ()) if name in rows}
    if city is not None:
        factors["city"] = _filled(city)
    ids = _texts(rows["response_id"])
    return Fieldwork(
        group=group,
        response_id=ids,
        answers=_matrix(rows, items, n),
        unit_answers=_unit_matrix(unit_ratings, unit_items, ids) if unit_ratings else None,
        seconds=rows["seconds"].astype(np.float64),
        mode=_texts(rows["mode"]),
        day=_texts(rows["day"].astype("datetime64[D]").astype(str)),
        frame_source=_texts(rows["frame_source"]),
        device=_texts(rows["device_group"]),
        interviewer=_texts(rows["interviewer"]),
        burst=_texts(rows["burst_band"]),
        told=_told(rows, n),
        city=city,
        county=county,
        city_type={
            str(c["code"]): str(city["kind"]) for city in province["cities"] for c in city["counties"]
        },
        factors=factors,
        weights=rows["base_weight"].astype(np.float64),
        accepted_sources=tuple(accepted_sources),
    )


def _areas(group: str, rows: Columns, province: Mapping[str, Any]) -> tuple[Names | None, Names | None]:
    """City ids and county codes as far as the group has them."""
    by_code = {str(city["code"]): str(city["id"]) for city in province["cities"]}
    if group == "residents":
        county = _texts(rows["A4"])
        return np.array([by_code.get(str(code)[:4] + "00") for code in county], dtype=object), county
    if "city" in rows:
        return _texts(rows["city"]), None
    if group in ("enterprises", "individual_businesses"):
        return np.array([by_code.get(str(code)) for code in rows["A1"]], dtype=object), None
    return None, None


def _matrix(rows: Columns, items: Sequence[str], n: int) -> FloatArray:
    if not items:
        return np.zeros((n, 0))
    return np.column_stack([rows[item].astype(np.float64) for item in items])


def _unit_matrix(ratings: Columns, items: Sequence[str], ids: Names) -> FloatArray:
    """(n, units × items) ratings of units side by side, in the order of the rows."""
    place = {name: row for row, name in enumerate(ids.tolist())}
    rows = np.array([place.get(name, -1) for name in ratings["response_id"].tolist()], dtype=np.int64)
    kept = np.flatnonzero(rows >= 0)
    order = kept[np.argsort(rows[kept], kind="stable")]
    counts = np.bincount(rows[order], minlength=len(ids))
    nth = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    matrix = np.full((len(ids), max(int(counts.max(initial=0)), 1), len(items)), np.nan)
    matrix[rows[order], nth] = _matrix(ratings, items, len(rows))[order]
    return matrix.reshape(len(ids), -1)


def _told(rows: Columns, n: int) -> FloatArray:
    """1 told how to answer, 0 not, nan did not say or was not asked (INT1)."""
    if "INT1" not in rows:
        return np.full(n, np.nan)
    return np.array([_TOLD.get(str(value), np.nan) for value in rows["INT1"]])


def _texts(values: NDArray[Any]) -> Names:
    return np.array([None if value is None else str(value) for value in values.tolist()], dtype=object)


def _filled(values: NDArray[Any]) -> NDArray[np.str_]:
    return np.array(["missing" if value is None else str(value) for value in values.tolist()])


def _read(connection: Any, path: Path, order: str) -> dict[str, NDArray[Any]]:  # Any: duckdb has no types
    table = connection.read_parquet(str(path)).order(order).fetchnumpy()
    return {name: _plain(column) for name, column in table.items()}


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """Numbers as float with nan, texts as objects with None, dates as they are."""
    values = np.ma.asarray(column)
    if values.dtype.kind in "iufb":
        return np.ma.filled(values.astype(np.float64), np.nan)
    if values.dtype.kind == "M":
        return np.asarray(values)
    texts = np.array(values.data, dtype=object)
    texts[np.ma.getmaskarray(values)] = None  # filled(None) would put the default fill value, "?"
    return texts

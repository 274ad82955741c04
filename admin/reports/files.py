"""Home of the open data of a release: tables in the shape that the report plan names, every hidden value "suppressed"."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from admin.reports.facts import Document, Facts
from survey.instrument.program import Item
from survey.kit.safe_csv import Cell, csv_bytes
from survey.ledger.canonical import canonical_bytes
from survey.publish import logs

Row = dict[str, Cell]
CSV, JSON, PYTHON = "text/csv", "application/json", "text/x-python"
SUPPRESSED = "suppressed"
PROVINCE = "province"
Rows = Callable[[Document, Facts], Iterator[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """One file to download."""

    name: str
    media_type: str
    content: bytes


def open_files(document: Document, facts: Facts) -> list[OpenFile]:
    """The files of a release; with a block gate not passed those that hold no result."""
    named: dict[str, Rows] = {"gates": _gates, "sample": _sample, "items": _items}
    if not facts.blocked:
        named |= {"composites": _composites, "indicators": _indicators, "ranks": _ranks}
    files = [
        OpenFile(
            name=f"{name}.csv", media_type=CSV, content=csv_bytes(columns(facts, name), rows(document, facts))
        )
        for name, rows in sorted(named.items())
    ]
    return [
        *files,
        OpenFile(name="release.json", media_type=JSON, content=canonical_bytes(document)),
        OpenFile(name=logs.CHECKER, media_type=PYTHON, content=logs.checker()),
    ]


def columns(facts: Facts, name: str) -> list[str]:
    """Columns of a table: its key and the fields of the report plan, then what this platform adds."""
    planned = [found for found in facts.report["open_data"]["resources"] if found["name"] == name]
    stated = [column for found in planned for column in (*found["key"], *found["fields"])]
    return list(dict.fromkeys([*stated, *_ADDED[name]]))


_ADDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "composites": ("reason_zh", "reason_en"),
        "indicators": ("level", "ci_low", "ci_high"),
        "sample": ("mode", "participation_rate", "eligibility"),
        "items": (),
        "ranks": ("year", "of", "class_or_group", "unit_or_area", "rank_low", "rank_high", "method", "level"),
        "gates": (
            *("gate", "level", "status", "title_zh", "title_en", "test", "message_zh", "message_en"),
            *("value", "threshold", "answer_zh", "answer_en"),
        ),
    }
)


def _composites(document: Document, facts: Facts) -> Iterator[Row]:
    for unit_class in document["classes"]:
        for unit in unit_class["units"]:
            row: Row = {
                "unit_id": unit["code"],
                "year": facts.year,
                "unit_zh": unit["name"]["zh"],
                "unit_en": unit["name"]["en"],
                "class": unit_class["code"],
            }
            if "reason" in unit:
                yield row | {"reason_zh": unit["reason"]["zh"], "reason_en": unit["reason"]["en"]}
                continue
            yield row | {
                "composite": unit["composite"],
                "se": unit["se"],
                "ci_low": unit["low"],
                "ci_high": unit["high"],
                "n_valid": unit["n"],
                "n_effective": unit["n_effective"],
                "grade": unit["grade"]["en"],
                "borderline": unit["borderline"],
                "rank_low": unit["rank_low"],
                "rank_high": unit["rank_high"],
            }


def _indicators(_document: Document, facts: Facts) -> Iterator[Row]:
    """Index, dimensions, indicators and items, for the province and every city, and the index of each unit."""
    for group, document in facts.by_group("groups").items():
        for area, part in ((PROVINCE, document["province"]), *document["cities"].items()):
            at: Row = {"area_or_unit": area, "group": group, "year": facts.year}
            yield at | {"indicator": "index", "level": "index"} | _estimate(facts, part["index"])
            for node in part["nodes"]:
                yield at | {"indicator": node["code"], "level": node["level"]} | _estimate(facts, node)
            for item in part["items"]:
                yield (
                    at
                    | {"indicator": item["item"], "level": "item"}
                    | _estimate(facts, item, has_shares=True)
                )
    for unit in facts.results["units"]:
        for group, index in unit["groups"].items():
            if index["index"] is not None or index["suppressed"] is not None:
                at = {"area_or_unit": unit["unit"], "group": group, "year": facts.year}
                yield at | {"indicator": "unit_index", "level": "unit"} | _estimate(facts, index)


_SHARES = ("satisfied_share", "dissatisfied_share", "dont_know_share")
_VALUES = ("index", "se", "ci_low", "ci_high")


def _estimate(facts: Facts, found: Document, *, has_shares: bool = False) -> Row:
    """The numbers of an estimate, or the word in the place of each of them."""
    names = (*_VALUES, *(_SHARES if has_shares else ()))
    if found["suppressed"] is not None:
        return {**dict.fromkeys((*names, "n_valid"), SUPPRESSED), "suppressed": True}
    return {
        **{name: found.get(name) for name in names},
        "n_valid": facts.rounded(found["n"]),
        "suppressed": False,
    }


def _ranks(_document: Document, facts: Facts) -> Iterator[Row]:
    for unit_class, found in facts.results["ranks"].items():
        for unit in found["units"]:
            yield _rank(facts, found, unit, of="composite", where=unit_class, what=unit["unit"])
    for group, document in facts.by_group("groups").items():
        found = document.get("ranks")
        for area in found["areas"] if found else ():
            yield _rank(facts, found, area, of="index", where=group, what=area["area"])


def _rank(facts: Facts, found: Document, entry: Document, *, of: str, where: str, what: str) -> Row:
    return {
        "year": facts.year,
        "of": of,
        "class_or_group": where,
        "unit_or_area": what,
        "rank_low": entry["rank_low"],
        "rank_high": entry["rank_high"],
        "method": found["method"],
        "level": found["level"],
    }


def _sample(_document: Document, facts: Facts) -> Iterator[Row]:
    """The nonresponse table by mode, then the size of every group and, where results are shown, of its cities."""
    for row in (facts.results["outcomes"] or {}).get("by_group", ()):
        yield {
            "group": row["group"],
            "area": PROVINCE,
            "mode": row["mode"],
            "invited": row["invited"],
            "completes": int(row["dispositions"]["complete"]),
            "participation_rate": row["participation_rate"],
            "eligibility": (row.get("eligibility") or {}).get("e"),
            **{name: row.get(name) for name in ("rr1", "rr3", "rr5")},
        }
    for group, counts in facts.by_group("responses").items():
        weighting = facts.results["weighting"][group]
        yield {
            "group": group,
            "area": PROVINCE,
            "mode": "all",
            "completes": counts["scored"],
            "deff": weighting["kish_deff"],
            "n_effective": weighting["n_effective"],
        }
    for group, document in facts.by_group("groups").items() if not facts.blocked else ():
        for city, part in document["cities"].items():
            yield {"group": group, "area": city, "mode": "all"} | _size(facts, part["index"])


def _size(facts: Facts, index: Document) -> Row:
    if index["suppressed"] is not None:
        return dict.fromkeys(("completes", "deff", "n_effective"), SUPPRESSED)
    return {
        "completes": facts.rounded(index["n"]),
        "deff": index["deff"],
        "n_effective": index["n_effective"],
    }


def _items(_document: Document, facts: Facts) -> Iterator[Row]:
    """Every item in every language, with its answers and the indicator that it feeds."""
    feeds = {
        item: indicator
        for dimensions in facts.framework["groups"].values()
        for dimension in dimensions.values()
        for indicator, found in dimension["indicators"].items()
        for item in found["items"]
    }
    for code, item in _named_items(facts):
        for language, text in item.text.items():
            yield {
                "item_id": code,
                "lang": language,
                "text": text,
                "scale": " | ".join(f"{option.code} {option.text[language]}" for option in item.options),
                "indicator": feeds.get(code, ""),
            }


def _named_items(facts: Facts) -> Iterator[tuple[str, Item]]:
    """Items under names of their own: a code that two questionnaires use is preceded by the questionnaire's."""
    found = [
        (instrument.code, item)
        for instrument in facts.instruments
        for page in instrument.program.pages
        for item in page.items
    ]
    used = Counter(item.code for _, item in found)
    for instrument_code, item in found:
        yield item.code if used[item.code] == 1 else f"{instrument_code}.{item.code}", item


def _gates(document: Document, facts: Facts) -> Iterator[Row]:
    outcomes = {gate["id"]: gate for gate in facts.gates}
    for gate in document["gates"]:
        answer = gate.get("answer") or {}
        yield {
            "gate": gate["id"],
            "level": gate["level"],
            "status": gate["status"],
            "title_zh": gate["title"]["zh"],
            "title_en": gate["title"]["en"],
            "test": gate["test"],
            "message_zh": gate["message"]["zh"],
            "message_en": gate["message"]["en"],
            "value": outcomes[gate["id"]]["value"],
            "threshold": _limits(outcomes[gate["id"]]["threshold"]),
            "answer_zh": answer.get("zh"),
            "answer_en": answer.get("en"),
        }


def _limits(threshold: Mapping[str, Any]) -> str:  # Any: numbers, or numbers by class
    return "" if not threshold else json.dumps(threshold, ensure_ascii=False, sort_keys=True)

"""Home of the report's tables: composites, indices and shares as the run published them, nothing recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from admin.reports import findings
from admin.reports.facts import Document, Facts
from admin.reports.words import Words, fill, listed, named, words

Row = dict[str, Any]  # Any: a JSON document


def unit_classes(facts: Facts) -> list[Row]:
    """Every class with its units: composites with rank sets, or the reason why there is none."""
    found = []
    for code, title in facts.province["unit_classes"].items():
        units = [unit for unit in facts.results["units"] if unit["class"] == code]
        if units:
            title = words(f"{code}类：{title['zh']}", f"Class {code}: {title['en'].lower()}")
            finding = findings.of_class(facts, units)
            rows = [_unit(facts, unit) for unit in units]
            found.append({"code": code, "title": title, "finding": finding, "units": rows})
    return found


def _unit(facts: Facts, unit: Document) -> Row:
    row: Row = {"code": unit["unit"], "name": facts.unit_names[unit["unit"]]}
    if unit["composite"] is None:
        return row | {"reason": unit["reason_text"]}
    grade = facts.plan["grades"]["labels"][unit["grade"]]
    return row | {
        "composite": unit["composite"],
        "low": unit["ci_low"],
        "high": unit["ci_high"],
        "se": unit["se"],
        "n": facts.rounded(unit["n_valid"]),
        "n_effective": unit["n_effective"],
        "grade": {"zh": grade["zh"], "en": grade["en"]},
        "borderline": unit["borderline"],
        "rank_low": unit["rank_low"],
        "rank_high": unit["rank_high"],
        "annual": unit["annual"],
        "peacetime": _peacetime(facts, unit["peacetime"]),
        "period_weights": unit["period_weights"],
        "terms": [{**term, "n": facts.rounded(term["n"])} for term in unit["terms"]],
        "groups": _parts(facts, unit),
    }


def _parts(facts: Facts, unit: Document) -> list[Row]:
    """What the composite is made of: weights that add up to 1, small groups only together."""
    periods = unit["period_weights"]
    parts: list[Row] = []
    for term in unit["terms"]:
        alone = unit["groups"][term["groups"][0]] if len(term["groups"]) == 1 else {}
        names = [facts.group_names[group] for group in term["groups"]]
        parts.append(
            {
                "name": names[0] if len(names) == 1 else fill("{n}合计", "{n} together", n=listed(names)),
                "index": term["index"],
                "low": alone.get("ci_low") if term["index"] is not None else None,
                "high": alone.get("ci_high") if term["index"] is not None else None,
                "n": facts.rounded(term["n"]),
                "weight": round(term["weight"] * periods["annual"], 6),
            }
        )
    if unit["peacetime"] is not None:
        found = unit["peacetime"]
        parts.append(
            {
                "name": words("平时评价（服务对象）", "Peacetime reviews (service users)"),
                "index": found["index"],
                "low": found["ci_low"],
                "high": found["ci_high"],
                "n": facts.rounded(found["n"]),
                "weight": periods["peacetime"],
            }
        )
    return sorted(parts, key=lambda part: -part["weight"])


def _peacetime(facts: Facts, found: Document | None) -> Row | None:
    return None if found is None else {**found, "n": facts.rounded(found["n"])}


def areas(facts: Facts) -> list[Row]:
    """The index of every city, one table a group, with rank sets over the cities."""
    found = []
    for group, document in facts.by_group("groups").items():
        ranks = {entry["area"]: entry for entry in (document.get("ranks") or {}).get("areas", ())}
        rows = [
            _index_row(facts, city, facts.city_names[city], part["index"])
            | {name: ranks.get(city, {}).get(name) for name in ("rank_low", "rank_high")}
            for city, part in document["cities"].items()
        ]
        name = facts.group_names[group]
        found.append(
            {
                "code": group,
                "title": fill("{name}：各市指数", "{name}: index of each city", name=name),
                "finding": findings.of_areas(name, rows),
                "rows": rows,
            }
        )
    return found


def dimensions(facts: Facts) -> list[Row]:
    """Dimensions, then indicators, then groups of people, for the whole province and one table each."""
    return [
        table
        for group, document in facts.by_group("groups").items()
        for table in (*_node_tables(facts, group, document), *_factor_tables(facts, group, document))
    ]


def _node_tables(facts: Facts, group: str, document: Document) -> Iterator[Row]:
    name = facts.group_names[group]
    for level, suffix, title in (
        ("dimension", "", words("{name}：各维度（全省）", "{name}: dimensions, whole province")),
        ("indicator", "-indicators", words("{name}：二级指标（全省）", "{name}: indicators, whole province")),
    ):
        nodes = [node for node in document["province"]["nodes"] if node["level"] == level]
        rows = [_index_row(facts, node["code"], facts.node_names[node["code"]], node) for node in nodes]
        if rows:
            yield {
                "code": group + suffix,
                "title": fill(title["zh"], title["en"], name=name),
                "finding": findings.of_parts(name, rows),
                "rows": rows,
            }


def _factor_tables(facts: Facts, group: str, document: Document) -> Iterator[Row]:
    name = facts.group_names[group]
    for factor, categories in document["by"].items():
        rows = [
            _index_row(facts, category, facts.category_name(group, factor, category), index)
            for category, index in categories.items()
        ]
        yield {
            "code": f"{group}-{factor}",
            "title": fill("{name}指数：{by}", "{name}: index {by}", name=name, by=named("factor", factor)),
            "finding": findings.of_people(rows),
            "rows": rows,
        }


def _index_row(facts: Facts, code: str, name: Words, index: Document) -> Row:
    """A row; where the run hides the index, every number of the row is hidden with it."""
    row: Row = {"code": code, "name": name}
    if index["suppressed"] is not None:
        return row | dict.fromkeys(
            ("index", "low", "high", "unweighted", "n", "n_effective", "deff", "rank_low", "rank_high")
        )
    return row | {
        "index": index["index"],
        "low": index["ci_low"],
        "high": index["ci_high"],
        "unweighted": index.get("unweighted"),
        "n": facts.rounded(index["n"]),
        "n_effective": index.get("n_effective"),
        "deff": index.get("deff"),
    }


def shares(facts: Facts) -> list[Row]:
    """How every item was answered in the province, one table a group."""
    found = []
    for group, document in facts.by_group("groups").items():
        rows = [_share_row(facts, item) for item in document["province"]["items"]]
        name = facts.group_names[group]
        found.append(
            {
                "code": group,
                "title": fill("{name}：每道题的回答", "{name}: answers to each question", name=name),
                "finding": findings.of_shares(rows),
                "rows": rows,
            }
        )
    return found


def _share_row(facts: Facts, item: Document) -> Row:
    row: Row = {"code": item["item"], "text": facts.item_text(item["item"])}
    if item["suppressed"] is not None:
        return row | dict.fromkeys(("points", "satisfied", "dissatisfied", "dont_know", "n"))
    return row | {
        "points": item["point_shares"],
        "satisfied": item["satisfied_share"],
        "dissatisfied": item["dissatisfied_share"],
        "dont_know": item["dont_know_share"],
        "n": facts.rounded(item["n"]),
    }


def open_stream(facts: Facts) -> list[Row]:
    """What anyone answered at the open entry; empty where nobody did."""
    panel: Mapping[str, Any] | None = facts.results["open"]
    if panel is None or not panel["accepted"]:
        return []
    whole: Row = {"code": "index", "name": words("全部题目", "All questions"), "index": panel["index"]}
    if panel["index"] is not None:
        whole["n"] = facts.rounded(panel["counted"])
    rows = [
        {"code": item["item"], "name": facts.item_text(item["item"]), "index": item["index"]}
        for item in panel["items"]
    ]
    return [{"title": facts.group_names["open_participants"], "n": panel["accepted"], "rows": [whole, *rows]}]

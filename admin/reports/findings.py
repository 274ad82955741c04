"""Home of the headlines of tables: plain sentences made of the run's numbers, never surer than the run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from admin.reports.facts import Facts
from admin.reports.words import (
    Words,
    clauses,
    fill,
    listed,
    percent,
    points,
    sentences,
    words,
)

Rows = Sequence[Mapping[str, Any]]  # Any: JSON rows
#: So many names are still read; more are counted.
_NAMED = 3
_PLACES_EN = {1: "first", 2: "second", 3: "third"}


def of_class(facts: Facts, units: Rows) -> Words:
    """What may be said about the order inside one class."""
    scored = [unit for unit in units if unit["composite"] is not None]
    if not scored:
        return words("本类单位今年都不能计分。", "No unit of this class can be scored this year.")
    named = [{**unit, "name": facts.unit_names[unit["unit"]], "value": unit["composite"]} for unit in scored]
    return _order(named, kind=words("单位", "units"))


def of_areas(group: Words, rows: Rows) -> Words:
    """The range of the cities' indices, and what may be said about their order."""
    shown = [{**row, "value": row["index"]} for row in rows if row["index"] is not None]
    if len(shown) < 2:
        return words("样本不足，各市指数未公布。", "The samples are too small; no city's index is published.")
    best, worst = _ends(shown)
    span = fill(
        "{group}的指数最高的是{best}（{high}），最低的是{worst}（{low}）。",
        "{group}: highest index in {best} ({high}), lowest in {worst} ({low}).",
        group=group,
        best=best["name"],
        high=points(best["value"]),
        worst=worst["name"],
        low=points(worst["value"]),
    )
    ranked = [row for row in shown if row.get("rank_low") is not None]
    return sentences([span, _order(ranked, kind=words("市", "cities"))]) if len(ranked) > 1 else span


def of_parts(group: Words, rows: Rows) -> Words:
    """The highest and lowest dimension or indicator, and whether their intervals meet."""
    shown = [{**row, "value": row["index"]} for row in rows if row["index"] is not None]
    if len(shown) < 2:
        return words("样本不足，未公布。", "The samples are too small; nothing is published.")
    best, worst = _ends(shown)
    return fill(
        "{group}评价最高的是“{best}”（{high}），最低的是“{worst}”（{low}）；{sure}。",
        "{group} rate “{best}” highest ({high}) and “{worst}” lowest ({low}); {sure}.",
        group=group,
        best=best["name"],
        high=points(best["value"]),
        worst=worst["name"],
        low=points(worst["value"]),
        sure=_apart(best, worst),
    )


def of_people(rows: Rows) -> Words:
    """How the groups of people differ, if they do."""
    shown = [{**row, "value": row["index"]} for row in rows if row["index"] is not None]
    if len(shown) < 2:
        return words("样本不足，未公布。", "The samples are too small; nothing is published.")
    best, worst = _ends(shown)
    if _meet(best, worst):
        return words("各群体之间没有可靠的差异。", "No reliable difference between these groups.")
    return fill(
        "最高：{best}（{high}）；最低：{worst}（{low}）；两者的区间不重叠。",
        "Highest: {best} ({high}); lowest: {worst} ({low}); their intervals do not overlap.",
        best=best["name"],
        high=points(best["value"]),
        worst=worst["name"],
        low=points(worst["value"]),
    )


def of_shares(rows: Rows) -> Words:
    """The largest and the smallest satisfied share, in per cent and never called an index."""
    shown = [row for row in rows if row["satisfied"] is not None]
    if not shown:
        return words("样本不足，未公布。", "The samples are too small; nothing is published.")
    best = max(shown, key=lambda row: (row["satisfied"], row["code"]))
    worst = min(shown, key=lambda row: (row["satisfied"], row["code"]))
    return fill(
        "满意率最高{high}：“{best}”最低{low}：“{worst}”",
        "Largest satisfied share, {high}: “{best}” Smallest, {low}: “{worst}”",
        high=percent(best["satisfied"]),
        best=best["text"],
        low=percent(worst["satisfied"]),
        worst=worst["text"],
    )


def _order(rows: Rows, *, kind: Words) -> Words:
    """What the rank sets allow to say: which places are certain, who may be first, who may be last."""
    p = len(rows)
    if p == 1:
        return fill("只有{name}一个，没有比较。", "Only {name}: nothing to compare.", name=rows[0]["name"])
    certain = [row for row in rows if row["rank_low"] == row["rank_high"]]
    firsts = [row for row in rows if row["rank_low"] == 1]
    lasts = [row for row in rows if row["rank_high"] == p]
    if len(firsts) == len(lasts) == p and not certain:
        return fill(
            "{p}个{kind}之间没有可靠的差异，排不出先后。",
            "No reliable difference: the {p} {kind} cannot be put in order.",
            p=p,
            kind=kind,
        )
    parts = [_certain(certain, p=p)]
    if len(firsts) > 1 or len(lasts) > 1:
        parts.append(_open_ends(firsts, lasts, p=p, kind=kind))
    return sentences([*parts, *(_leading_pair(rows) if len(firsts) > _NAMED else [])])


def _certain(certain: Rows, *, p: int) -> Words:
    if not certain:
        return words("没有一个名次是确定的。", "No place is certain.")
    named = listed(
        [
            fill("{place}：{name}", "{place}: {name}", place=_place(row["rank_low"], p), name=row["name"])
            for row in sorted(certain, key=lambda row: row["rank_low"])
        ]
    )
    if len(certain) == p:
        return fill("所有名次都是确定的（{named}）。", "Every place is certain ({named}).", named=named)
    if len(certain) == 1:
        return fill("只有一个名次是确定的（{named}）。", "Only one place is certain ({named}).", named=named)
    return fill(
        "有{n}个名次是确定的（{named}）。", "{n} places are certain ({named}).", n=len(certain), named=named
    )


def _open_ends(firsts: Rows, lasts: Rows, *, p: int, kind: Words) -> Words:
    """Who may be first and who may be last, where that is open."""
    ends = [
        _could_be(rows, p=p, kind=kind, place=place)
        for rows, place in ((firsts, words("第一", "first")), (lasts, words("最后", "last")))
        if len(rows) > 1
    ]
    return fill("{ends}。", "{ends}.", ends=clauses(ends))


def _could_be(rows: Rows, *, p: int, kind: Words, place: Words) -> Words:
    if len(rows) <= _NAMED:
        names = listed([row["name"] for row in sorted(rows, key=lambda row: -row["value"])])
        return fill("{names}都可能排{place}", "{names} could each be {place}", place=place, names=names)
    return fill(
        "{p}个{kind}中有{n}个可能排{place}",
        "{n} of the {p} {kind} could be {place}",
        n=len(rows),
        p=p,
        kind=kind,
        place=place,
    )


def _leading_pair(rows: Rows) -> list[Words]:
    """The two highest, where nobody is significantly above either of them."""
    first, second = sorted(rows, key=lambda row: -row["value"])[:2]
    if first["rank_low"] != 1 or second["rank_low"] != 1:
        return []
    return [
        fill(
            "数值最高的{a}（{x}）和{b}（{y}）分不出高下。",
            "The two highest, {a} ({x}) and {b} ({y}), cannot be told apart.",
            a=first["name"],
            x=points(first["value"]),
            b=second["name"],
            y=points(second["value"]),
        )
    ]


def _place(rank: int, p: int) -> Words:
    if rank == p:
        return words("最后一名", "last")
    return words(f"第{rank}名", _PLACES_EN.get(rank, f"place {rank}"))


def _ends(rows: Rows) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    ordered = sorted(rows, key=lambda row: (-row["value"], row["code"]))
    return ordered[0], ordered[-1]


def _meet(best: Mapping[str, Any], worst: Mapping[str, Any]) -> bool:
    return bool(best["low"] <= worst["high"])


def _apart(best: Mapping[str, Any], worst: Mapping[str, Any]) -> Words:
    if _meet(best, worst):
        return words("两者的区间重叠，没有可靠的差异", "their intervals overlap: no reliable difference")
    return words("两者的95%区间不重叠", "their 95% intervals do not overlap")

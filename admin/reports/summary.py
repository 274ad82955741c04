"""Home of the summary: what was found, how sure that is, and what happens next, in three sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from admin.reports.facts import Document, Facts
from admin.reports.words import Words, count, day, fill, listed, points, words


def summary(facts: Facts) -> list[Words]:
    """Three sentences: what was found, how sure that is, what happens next."""
    if facts.blocked:
        return [_blocked(facts), _checks(facts), _next(facts, is_blocked=True)]
    return [_found(facts), _how_sure(facts), _next(facts, is_blocked=False)]


def _found(facts: Facts) -> Words:
    groups: Mapping[str, Document] = facts.results["groups"]
    shown = [
        (g, d["province"]["index"]) for g, d in groups.items() if d["province"]["index"]["suppressed"] is None
    ]
    if not shown:
        return words(
            "样本不足，全省指数未公布。", "The samples are too small; no index of the province is published."
        )
    shown.sort(key=lambda each: -each[1]["n"])
    indices = listed(
        [
            fill(
                "{group}{index}分（{low}—{high}）",
                "{group} {index} ({low}–{high})",
                group=facts.groups_inside[group],
                index=points(index["index"]),
                low=points(index["ci_low"]),
                high=points(index["ci_high"]),
            )
            for group, index in shown
        ]
    )
    return fill(
        "满分100分，全省满意度指数为：{indices}；{units}{ends}。",
        "Out of 100 points, satisfaction in the province is: {indices}; {units}{ends}.",
        indices=indices,
        units=_units(facts),
        ends=_best_and_worst(facts),
    )


def _units(facts: Facts) -> Words:
    units = facts.results["units"]
    scored = [unit["composite"] for unit in units if unit["composite"] is not None]
    if not scored:
        return words("没有单位可以计分", "no unit can be scored")
    return fill(
        "{who}，综合指数在{low}到{high}之间",
        "{who}, with composites from {low} to {high}",
        who=fill("全部{n}个单位都可以计分", "all {n} assessed units can be scored", n=len(units))
        if len(scored) == len(units)
        else fill(
            "{all}个单位中有{n}个可以计分",
            "{n} of {all} assessed units can be scored",
            all=len(units),
            n=len(scored),
        ),
        low=points(min(scored)),
        high=points(max(scored)),
    )


def _best_and_worst(facts: Facts) -> Words | str:
    """What residents rate highest and lowest, if that may be shown and their intervals do not meet."""
    nodes = [
        node
        for node in facts.results["groups"].get("residents", {}).get("province", {}).get("nodes", ())
        if node["level"] == "indicator" and node["suppressed"] is None
    ]
    nodes.sort(key=lambda node: node["index"])
    if len(nodes) < 2 or nodes[0]["ci_high"] >= nodes[-1]["ci_low"]:
        return ""
    return fill(
        "；居民评价最高的是“{best}”（{high}），最低的是“{worst}”（{low}）",
        "; residents rate “{best}” highest ({high}) and “{worst}” lowest ({low})",
        best=facts.node_names[nodes[-1]["code"]],
        high=points(nodes[-1]["index"]),
        worst=facts.node_names[nodes[0]["code"]],
        low=points(nodes[0]["index"]),
    )


def _how_sure(facts: Facts) -> Words:
    ranked = [unit for unit in facts.results["units"] if unit.get("rank_low") is not None]
    certain = sum(unit["rank_low"] == unit["rank_high"] for unit in ranked)
    answers = sum(found["scored"] + found["top_up"] for found in facts.results["responses"].values())
    return fill(
        "这些数字来自{n}份抽样答卷，括号内是95%置信区间；{places}；{checks}",
        "The numbers rest on {n} sampled answers, with 95% intervals in brackets; {places}; {checks}",
        n=count(answers),
        places=_places(len(ranked), certain=certain),
        checks=_lower(_checks(facts)),
    )


def _places(ranked: int, *, certain: int) -> Words:
    if not ranked:
        return words("没有排名", "nothing is ranked")
    if not certain:
        return fill(
            "{n}个单位的名次都不确定，只能给出范围",
            "none of the {n} places is certain, each is a range",
            n=ranked,
        )
    return fill(
        "{n}个单位的名次中只有{certain}个是确定的，其余只能给出范围",
        "only {certain} of the {n} places is certain, the others are ranges"
        if certain == 1
        else "only {certain} of the {n} places are certain, the others are ranges",
        n=ranked,
        certain=certain,
    )


def _checks(facts: Facts) -> Words:
    passed = sum(gate["status"] == "pass" for gate in facts.gates)
    warned = sum(gate["level"] == "warn" and gate["status"] != "pass" for gate in facts.gates)
    if not warned:
        return fill("{all}项检查通过了{n}项。", "{n} of {all} checks passed.", all=len(facts.gates), n=passed)
    return fill(
        "{all}项检查通过了{n}项，{w}项预警都有公开的书面答复。",
        "{n} of {all} checks passed, and the {w} that warn have a written answer, published below.",
        all=len(facts.gates),
        n=passed,
        w=warned,
    )


def _lower(text: Words) -> Words:
    return words(text["zh"], text["en"][:1].lower() + text["en"][1:])


def _blocked(facts: Facts) -> Words:
    names = listed([words(gate["id"], gate["id"]) for gate in facts.blocked])
    return fill(
        "今年不公布指数、综合指数和名次：有{n}项必须通过的检查没有通过（{names}），任何人都不能豁免。",
        "No index, composite or rank is published this time: {n} of the checks that must pass did not ({names}), "
        "and nobody can waive them.",
        n=len(facts.blocked),
        names=names,
    )


def _next(facts: Facts, *, is_blocked: bool) -> Words:
    if is_blocked:
        return words(
            "接下来要逐项查清原因并处理，然后用同一方案重新计算；新结果会在这里公布，本页保留。",
            "Next, each cause is looked into and dealt with, and the same plan is run again; the new result will "
            "appear here and this page stays.",
        )
    steps = {entry["step"]: entry for entry in facts.province["calendar"]}
    promise, ask = steps.get("commitments"), steps.get("follow_up")
    if promise is None or ask is None:
        return words(
            "接下来由各单位针对薄弱之处公开承诺整改，是否做到由公众说了算。",
            "Next, the units publish what they will change, and the public says whether it was done.",
        )
    return fill(
        "接下来，各单位在{by}前针对薄弱之处公开承诺整改；{ask}起再向公众回访，是否做到由公众说了算。",
        "Next, the units publish by {by} what they will change; from {ask} the public is asked whether it was done.",
        by=day(date.fromisoformat(str(promise["to"]))),
        ask=day(date.fromisoformat(str(ask["from"]))),
    )

"""Home of the method statement's parts on population, sample, modes, dates and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from admin.reports.facts import Document, Facts
from admin.reports.words import Words, clauses, count, day, fill, listed, named, of, percent, sentences, words


def population(facts: Facts) -> Words:
    """Who the results speak about, group by group."""
    totals = facts.province["totals"]
    lines = [
        fill(
            "居民：全省18岁及以上常住人口{n}人（城镇{u}，乡村{r}）",
            "residents: the {n} people aged 18 or over who live in the province (urban {u}, rural {r})",
            n=count(totals["adult_population"]),
            u=count(totals["adult_urban"]),
            r=count(totals["adult_rural"]),
        ),
        fill(
            "企业：名录库中的{n}家正常经营的法人企业",
            "the {n} active enterprises of the register",
            n=count(totals["enterprises"]),
        ),
        fill(
            "个体工商户：{n}户登记并经营的个体工商户",
            "the {n} registered individual businesses in operation",
            n=count(totals["individual_businesses"]),
        ),
        fill(
            "服务对象：上一年度办结的{n}件政务服务事项",
            "service users: the {n} government services completed in the year before",
            n=count(totals["completed_service_transactions"]),
        ),
    ]
    rosters = facts.province["margins"].get("rosters", {})
    lines += [
        fill("{name}：名册共{n}", "{name}: {n} on the roster", name=of(roster), n=count(roster["roster"]))
        for roster in rosters.values()
    ]
    return sentences(
        [
            fill("{lines}。", "The population is: {lines}.", lines=clauses(lines)),
            words("未满18岁者不参加。", "People under 18 do not take part."),
        ]
    )


def sample(facts: Facts) -> Words:
    """Frames, how people were drawn, how they were invited."""
    frames = [
        fill(
            "{title}：{frame}（{n}条记录，来源：{source}）",
            "{title}: {frame} ({n} records, from {source})",
            title=frame.title,
            frame=named("frame", frame.frame),
            n=count(frame.n_records),
            source=named("source", frame.source),
        )
        for frame in facts.frames
        if frame.supplied_by_unit is None
    ]
    design = facts.province["sample_design"]
    offered = sum(frame.supplied_by_unit is not None for frame in facts.frames)
    return sentences(
        [
            fill("抽样框：{frames}。", "Sampling frames: {frames}.", frames=clauses(frames))
            if frames
            else words("没有登记抽样框。", "No sampling frame is on record."),
            fill(
                "居民按县分层抽取，企业按市和规模，个体工商户按市和地点，服务事项按市和渠道；名册内按类别抽取。"
                "专家为邀请名单，不是概率样本。居民电话至多联系{n}次，分布在{d}天内。",
                "Residents were drawn within counties, enterprises by city and size, individual businesses by city and "
                "place, services by city and channel, rosters by category; experts are an invited panel and no "
                "probability sample. Residents were called up to {n} times over {d} days.",
                n=design["residents"]["contact_rule"]["attempts"],
                d=design["residents"]["contact_rule"]["over_days"],
            ),
            words(
                "抽中者凭一次性编码填答；没有物质奖励；没有名单由被评价单位提供。",
                "Each drawn person had a single-use code; no reward was offered; no list came from an assessed unit.",
            )
            if not offered
            else fill(
                "抽中者凭一次性编码填答；没有物质奖励；由被评价单位提供的名单有{n}份，其记录按规则剔除。",
                "Each drawn person had a single-use code; no reward was offered; {n} lists came from an assessed unit, "
                "and the rule removes their records.",
                n=offered,
            ),
        ]
    )


def modes(facts: Facts) -> Words:
    """Ways of asking, languages, and how many answered in each way."""
    outcomes = facts.results["outcomes"] or {"by_mode": []}
    lines = [
        fill(
            "{mode}：邀请{invited}，完成{n}，{rate}",
            "{mode}: {invited} invited, {n} complete, {rate}",
            mode=named("mode", row["mode"]),
            invited=count(int(row["invited"])),
            n=count(int(row["dispositions"]["complete"])),
            rate=_rate(row),
        )
        for row in outcomes["by_mode"]
    ]
    used = listed([named("mode", mode) for mode in _modes_of(facts)])
    return sentences(
        [
            fill(
                "方式：{used}；语言：中文和英文，受访者随时可以切换。",
                "Modes: {used}. Languages: Chinese and English, to be switched at any time.",
                used=used,
            ),
            fill("{lines}。", "{lines}.", lines=clauses(lines))
            if lines
            else words("没有登记各方式的结果。", "Outcomes by mode are not on record."),
            words(
                "应答率按AAPOR标准定义（RR3）；开放入口只有参与人数，没有应答率。",
                "Response rates follow AAPOR's Standard Definitions (RR3); the open entry has a number of participants "
                "and no response rate.",
            ),
        ]
    )


def dates(facts: Facts) -> Words:
    """When each wave was in the field."""
    lines = [
        fill(
            "{title}：{a}起，仍开放",
            "{title}: since {a}, still open",
            title=wave.title,
            a=day(wave.opened_on),
        )
        if wave.closed_on is None
        else fill(
            "{title}：{a}至{b}",
            "{title}: {a} to {b}",
            title=wave.title,
            a=day(wave.opened_on),
            b=day(wave.closed_on),
        )
        for wave in facts.waves
    ]
    return fill("{lines}。", "{lines}.", lines=clauses(lines))


def sizes(facts: Facts) -> Words:
    """Scored answers, effective size and half-width of each group, and what that means for the units."""
    lines = []
    for group, counts in facts.by_group("responses").items():
        weighting = facts.results["weighting"][group]
        lines.append(
            fill(
                "{group}：计入{n}份{top_up}，有效样本{eff}，设计效应{deff}{half}",
                "{group}: {n} answers{top_up}, effective size {eff}, design effect {deff}{half}",
                group=facts.group_names[group],
                n=count(counts["scored"]),
                top_up=_top_up(counts["top_up"]),
                eff=count(round(weighting["n_effective"])),
                deff=f"{weighting['kish_deff']:.2f}",
                half=_half_width(facts, group),
            )
        )
    return sentences(
        [
            fill("{lines}。", "{lines}.", lines=clauses(lines)),
            words(
                "每个指数都附95%置信区间；少于30份答卷的估计不公布，公布的答卷数按5取整。",
                "Every index carries its 95% interval; no estimate is published on fewer than 30 answers, and published "
                "numbers of answers are rounded to 5.",
            )
            if facts.plan["disclosure_control"]["estimate_min_unweighted"] == 30
            and facts.plan["disclosure_control"]["round_counts_to"] == 5
            else words("每个指数都附95%置信区间。", "Every index carries its 95% interval."),
        ]
    )


def margins_in_words(margins: Sequence[Sequence[str]]) -> Words:
    """Raking targets: city × urban and rural, city × age."""
    known = {
        "city": words("市", "city"),
        "urbanicity": words("城乡", "urban and rural"),
        "age": words("年龄", "age"),
        "sex": words("性别", "sex"),
        "size": words("规模", "size"),
        "industry": words("行业", "industry"),
        "location": words("地点", "place"),
        "trade": words("经营类型", "trade"),
        "channel": words("渠道", "channel"),
    }
    crossed = [[known.get(name, words(name, name)) for name in margin] for margin in margins]
    return listed(
        [words("×".join(n["zh"] for n in names), " × ".join(n["en"] for n in names)) for names in crossed]
    )


def _modes_of(facts: Facts) -> list[str]:
    return list(dict.fromkeys(mode for each in facts.instruments for mode in each.program.modes))


def _rate(row: dict[str, Any]) -> Words:  # Any: a JSON row
    if row.get("rr3") is not None and row["mode"] in {"cati", "capi"}:
        return fill("应答率（RR3）{p}", "response rate (RR3) {p}", p=percent(row["rr3"], 1))
    return fill("参与率{p}", "participation rate {p}", p=percent(row["participation_rate"], 1))


def _top_up(n: int) -> Words:
    if not n:
        return words("", "")
    return fill(
        "（另有{n}份补充样本，只计入单位指数）",
        " (and {n} top-up cases that enter only their unit's index)",
        n=count(n),
    )


def _half_width(facts: Facts, group: str) -> Words:
    document: Document = facts.results["groups"].get(group, {})
    index = document.get("province", {}).get("index", {"suppressed": "none"})
    if index["suppressed"] is not None or facts.blocked:
        return words("", "")
    half = f"{(index['ci_high'] - index['ci_low']) / 2:.2f}"
    return fill("，全省指数误差±{half}", ", province index ±{half}", half=half)

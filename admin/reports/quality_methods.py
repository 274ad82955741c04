"""Home of the method statement's parts on processing, interference, appeals, receipts and pre-release access."""

from __future__ import annotations

from datetime import date

from admin.reports.facts import Facts
from admin.reports.words import Words, clauses, count, day, fill, listed, percent, points, sentences, words


def processing(facts: Facts) -> Words:
    """How answers were checked, what was removed, how well the questions measure, how the run was repeated."""
    checks = facts.checks
    removed = sum(sum(found["excluded"].values()) for found in facts.results["responses"].values())
    accepted = sum(found["accepted"] for found in facts.results["responses"].values())
    text = [
        words(
            "答卷提交后任何人都不能修改或删除；每份答卷在两本公开登记簿中各有一条记录，随机打乱后封存。",
            "Nobody can change or delete an answer once it is in; each has one entry in each of two public logs and was "
            "sealed after shuffling.",
        ),
        fill(
            "{n}份答卷中按规则剔除{removed}份（{share}）{how}。",
            "Of {n} answers, {removed} ({share}) were removed by rule{how}.",
            n=count(accepted),
            removed=count(removed),
            share=percent(removed / accepted if accepted else 0.0, 1),
            how=words(
                "，每份都有理由代码并由两人决定，见上面的表",
                ", each with a coded reason and by two persons; the table above counts them",
            )
            if removed
            else "",
        ),
    ]
    if checks.interviewer_cases:
        text.append(
            fill(
                "访问员完成的{n}份中回访核对{checked}份（{share}），{confirmed}得到确认。",
                "Of {n} interviewer cases {checked} ({share}) were checked by call-back and {confirmed} confirmed.",
                n=count(checks.interviewer_cases),
                checked=count(checks.checked),
                share=percent(checks.checked / checks.interviewer_cases, 1),
                confirmed=percent(checks.confirmed / checks.checked if checks.checked else 0.0, 1),
            )
        )
    text.append(
        fill(
            "自动检查共提出{flags}条提示，其中{need}条需要决定，已决定{settled}条。",
            "Automatic checks raised {flags} flags, {need} of which need a decision; {settled} are decided.",
            flags=checks.flags,
            need=checks.flags_to_decide,
            settled=checks.flags_settled,
        )
    )
    return sentences(
        [*text, *_reliability(facts), *_criterion(facts), *_mode_effects(facts), _second_run(facts)]
    )


def interference(facts: Facts) -> Words:
    """What respondents said about being told how to answer, and what was done."""
    gate = next((gate for gate in facts.gates if gate["id"] == "G12"), None)
    aside = sum(sum(found["set_aside"].values()) for found in facts.results["responses"].values())
    said = (
        words(gate["message"]["zh"], gate["message"]["en"])
        if gate is not None
        else words("方案没有这项检查。", "The plan has no such check.")
    )
    return sentences(
        [
            words(
                "问卷询问是否有人告诉受访者怎样回答。",
                "The questionnaire asks whether anybody said how to answer.",
            ),
            said,
            fill(
                "因查实诱导而搁置的县级答卷共{n}份。",
                "Answers from counties set aside after an investigation: {n}.",
                n=count(aside),
            ),
        ]
    )


def appeals(facts: Facts) -> Words:
    """How many appeals there were and that they are decided."""
    checks = facts.checks
    if checks.appeal_window is None:
        return words("没有申诉登记册。", "There is no register of appeals.")
    first, last = checks.appeal_window
    return fill(
        "申诉期为{first}至{last}，收到申诉{n}件，已决定{decided}件。",
        "Assessed units could appeal from {first} to {last}: {n} appeals, {decided} of them decided.",
        first=day(date.fromisoformat(first)),
        last=day(date.fromisoformat(last)),
        n=checks.appeals,
        decided=checks.appeals_decided,
    )


def receipts(facts: Facts) -> Words:
    """What the logs hold and where their roots are."""
    return fill(
        "{n}份答卷各有一张不含内容的回执，持有人可在本网站核对；两本登记簿的根摘要值列在本页末尾。",
        "Each of the {n} answers has a receipt that says nothing of its content and can be checked on this site; the "
        "roots of both logs are at the end of this page.",
        n=count(sum(wave.accepted for wave in facts.waves)),
    )


def access(facts: Facts) -> Words:
    """Who saw the results before publication."""
    hours = facts.plan["publication"]["pre_release_access"]["max_hours"]
    if not facts.access:
        return words("发布前无人接触结果。", "Nobody had access before publication.")
    return fill(
        "发布前因职责接触过结果的人员：{who}。方案允许在发布前{hours}小时内另行提供，这次没有提供。"
        "各单位为申诉而核对的本单位初步结果不在此列。",
        "Before publication these people worked with the results because their duty requires it: {who}. The plan allows "
        "other access in the last {hours} hours; none was given. A unit's own provisional results, shown for appeal, "
        "are not counted.",
        who=listed(list(facts.access)),
        hours=hours,
    )


def _reliability(facts: Facts) -> list[Words]:
    lines = [
        fill(
            "{group}{items}：α={alpha}{interval}",
            "{group} {items}: alpha {alpha}{interval}",
            group=facts.groups_inside[found["group"]],
            items="–".join((found["items"][0], found["items"][-1])),
            alpha=f"{found['alpha']:.2f}",
            interval="" if not found["alpha_ci"] else " ({:.2f}–{:.2f})".format(*found["alpha_ci"]),
        )
        for found in facts.results["reliability"]
        if found["alpha"] is not None
    ]
    return [fill("信度：{lines}。", "Reliability: {lines}.", lines=clauses(lines))] if lines else []


def _criterion(facts: Facts) -> list[Words]:
    lines = [
        fill(
            "{group}{r}",
            "{group} {r}",
            group=facts.group_names[found["group"]],
            r=f"{found['correlation']:.2f}",
        )
        for found in facts.results["criterion"]
        if found["correlation"] is not None
    ]
    if not lines:
        return []
    return [
        fill(
            "指数与“总体满意度”一题的相关：{lines}。",
            "Correlation of the index with the question on overall satisfaction: {lines}.",
            lines=listed(lines),
        )
    ]


def _mode_effects(facts: Facts) -> list[Words]:
    effects = [abs(found["effect"]) for found in facts.results["mode_effects"] if found["effect"] is not None]
    if not effects:
        return []
    return [
        fill(
            "加权后不同调查方式之间的差异最大为{largest}分。",
            "After weighting, ways of asking differ by at most {largest} points.",
            largest=points(max(effects)),
        )
    ]


def _second_run(facts: Facts) -> Words:
    gate = next((gate for gate in facts.gates if gate["id"] == "G15"), None)
    if gate is None:
        return words("", "")
    return words(gate["message"]["zh"], gate["message"]["en"])

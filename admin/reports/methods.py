"""Home of the method statement: AAPOR's eleven parts and what the plan wants said about integrity.

What the platform knows it says itself; what people wrote is added to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from admin.reports import fieldwork_methods as fieldwork
from admin.reports import quality_methods as quality
from admin.reports.facts import Facts
from admin.reports.words import Words, clauses, fill, inside, listed, of, sentences, words

LEAD, CONTRACTOR = "lead", "contractor"


def statements(facts: Facts) -> list[dict[str, Any]]:  # Any: JSON rows
    """The eleven parts in the order of the report plan, then the parts on integrity."""
    return [
        {"id": part["id"], "title": of(part), "text": _text(facts, part["id"])}
        for part in facts.report["method_statement"]
    ] + [
        {"id": part["id"], "title": of(part), "text": _INTEGRITY[part["id"]](facts)}
        for part in facts.report["integrity"]
        if part["id"] in _INTEGRITY
    ]


def empty_parts(facts: Facts) -> list[str]:
    """Parts of the method statement that still say nothing in one of the languages."""
    return [
        part["id"]
        for part in facts.report["method_statement"]
        if not all(_text(facts, part["id"]).get(language, "").strip() for language in ("zh", "en"))
    ]


def _text(facts: Facts, part: str) -> Words:
    known = [_AUTO[part](facts)] if part in _AUTO else []
    written = [dict(facts.written[part])] if part in facts.written else []
    return sentences([*known, *written])


def _strategy(facts: Facts) -> Words:
    scored = [g for g in facts.province["evaluator_groups"] if g.get("scored", True)]
    drawn = listed([inside(of(group)) for group in scored if group["probability"]])
    others = [inside(of(group)) for group in scored if not group["probability"]]
    text = [
        fill(
            "抽样调查：{drawn}从名单中按概率抽取后回答问卷。服务对象还可在每次办事后评价，作为平时评价。",
            "A sample survey: {drawn} were drawn from lists with known chances and answered a questionnaire. "
            "Service users also reviewed single services through the year (peacetime reviews).",
            drawn=drawn,
        )
    ]
    if others:
        text.append(
            fill(
                "{others}由名册邀请，不是概率样本。",
                "The {others} were invited from a list of names and are no probability sample.",
                others=listed(others),
            )
        )
    text.append(
        words(
            "任何人都可以在开放入口填答；这些回答单独公布，从不计分。没有使用任何其他来源的数据来推断答案。",
            "Anyone could answer at the open entry; those answers are shown apart and never scored. No answer was "
            "inferred from any other source.",
        )
    )
    return sentences(text)


def _sponsor(facts: Facts) -> Words:
    organisers = facts.province["organisers"]
    lead = listed([of(each) for each in organisers if each["role"] == LEAD])
    joint = [of(each) for each in organisers if each["role"] not in {LEAD, CONTRACTOR}]
    contractors = [of(each) for each in organisers if each["role"] == CONTRACTOR]
    text = [fill("主办：{lead}。", "Sponsored and led by the {lead}.", lead=lead)]
    if joint:
        text.append(fill("共同组织：{joint}。", "Organised jointly with: {joint}.", joint=listed(joint)))
    if contractors:
        text.append(
            fill(
                "电话访问和回访由{who}承担；访问员不在本市工作，近24个月与被评价单位无合同关系。",
                "Telephone interviews and call-backs: {who}; interviewers work in other cities than their own and "
                "have had no contract with an assessed unit for 24 months.",
                who=listed(contractors),
            )
            if _is_bound(facts)
            else fill("执行：{who}。", "Conducted by: {who}.", who=listed(contractors))
        )
    text.append(
        words(
            "组织单位自身不参评。除主办单位外，没有登记其他出资单位。",
            "No organiser is assessed by the survey. No payer other than the sponsor is on record.",
        )
    )
    return sentences(text)


def _is_bound(facts: Facts) -> bool:
    """Whether the contractor is bound by the two rules that the text states."""
    rules = {rule for each in facts.province["organisers"] for rule in each.get("rules", ())}
    return {
        "no_contract_with_assessed_units_in_past_24_months",
        "interviewers_assigned_to_other_cities",
    } <= rules


def _instruments(facts: Facts) -> Words:
    lines = [
        fill(
            "{title}（版本{version}，{n}题，摘要值{digest}…）",
            "{title} (version {version}, {n} questions, digest {digest}…)",
            title=instrument.title,
            version=instrument.version,
            n=sum(len(page.items) for page in instrument.program.pages),
            digest=instrument.digest[:12],
        )
        for instrument in facts.instruments
    ]
    order = (
        words(
            "一半受访者看到的选项从好到差，另一半从差到好，由随机数决定。",
            "Half of the respondents, chosen at random, saw the answers from best to worst, the others from worst to "
            "best.",
        )
        if any(instrument.program.random_direction for instrument in facts.instruments)
        else words("选项按问卷所列的顺序出现。", "Answers were offered in the order of the questionnaire.")
    )
    return sentences(
        [
            fill("问卷：{lines}。", "Questionnaires: {lines}.", lines=clauses(lines)),
            words(
                "问卷全文（说明语、题目、选项及其顺序、跳转条件）在本网站公布（见下方链接），开放数据中另有题目表。",
                "The full wording with instructions, answers, their order and who was asked what is on this site (link below); "
                "the open data hold a table of the questions.",
            ),
            order,
        ]
    )


def _weighting(facts: Facts) -> Words:
    lines = []
    for group, report in facts.by_group("weighting").items():
        margins = facts.province["margins"].get(group, {}).get("raking_targets", ())
        targets = fieldwork.margins_in_words(margins)
        lines.append(
            fill(
                "{group}：{how}，最大权重为平均的{largest}倍，设计效应{deff}",
                "{group}: {how}, largest weight {largest} times the mean, design effect {deff}",
                group=facts.group_names[group],
                how=fill("按{targets}校正", "adjusted to {targets}", targets=targets)
                if margins
                else words("按名册各类人数校正", "adjusted to the numbers on the roster"),
                largest=f"{report['largest_over_mean']:.1f}",
                deff=f"{report['kish_deff']:.2f}",
            )
        )
    return sentences(
        [
            words(
                "每份答卷先按抽中概率的倒数加权，再校正到已知的总体分布（迭代加权或事后分层），目标数据来自统计部门。",
                "Each answer is weighted by one over its chance of being drawn, then adjusted to known totals of the "
                "population (raking or post-stratification); the targets come from the statistics office.",
            ),
            fill("{lines}。", "{lines}.", lines=clauses(lines)),
            words(
                "方差用泰勒线性化计算并计入校正；“不了解”“不适用”“拒答”和未问到的不进分母，不作任何插补。",
                "Variances are linearised (Taylor) and carry the adjustment; don't know, not applicable, refused and "
                "not asked leave the denominator, and nothing is imputed.",
            ),
        ]
    )


_Part = Callable[[Facts], Words]
_AUTO: Mapping[str, _Part] = MappingProxyType(
    {
        "strategy": _strategy,
        "sponsor": _sponsor,
        "instruments": _instruments,
        "population": fieldwork.population,
        "sample": fieldwork.sample,
        "modes": fieldwork.modes,
        "dates": fieldwork.dates,
        "sizes": fieldwork.sizes,
        "weighting": _weighting,
        "quality": quality.processing,
    }
)
_INTEGRITY: Mapping[str, _Part] = MappingProxyType(
    {
        "interference": quality.interference,
        "appeals": quality.appeals,
        "receipts": quality.receipts,
        "access": quality.access,
    }
)

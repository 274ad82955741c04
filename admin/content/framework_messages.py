"""The catalogue of what an index framework may lack or weigh badly, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages import Wording


def _entry(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Mapping[str, Wording]:
    return {"zh": Wording(zh, zh_remedy), "en": Wording(en, en_remedy)}


GAPS: Mapping[str, Mapping[str, Wording]] = {
    "indicator_empty": _entry(
        "指标“{indicator}”没有任何题目。",
        "请给它安排题目，或删去这个指标。",
        "The indicator “{indicator}” has no item in any evaluator group.",
        "Assign an item to it, or take it out.",
    ),
    "perspective_missing": _entry(
        "指标“{indicator}”没有注明平衡计分卡维度。",
        "框架列出了维度，每个指标都要归入其中之一。",
        "The indicator “{indicator}” names no perspective of the balanced scorecard.",
        "The framework lists perspectives: give each indicator one of them.",
    ),
    "perspective_empty": _entry(
        "平衡计分卡维度“{perspective}”没有任何指标。",
        "请给它安排指标，或删去这个维度。",
        "No indicator belongs to the perspective “{perspective}”.",
        "Give it an indicator, or take it out.",
    ),
    "superior_uncovered": _entry(
        "上级指标“{value}”没有对应的指标。",
        "请在某个指标的 lineage 中注明它，或写明未对应的理由（not_covered）。",
        "No indicator covers “{value}” of the superior's list.",
        "Name it in the lineage of an indicator, or say under not_covered why it is left out.",
    ),
    "superior_contradiction": _entry(
        "上级指标“{value}”写明未对应，却又有指标引用它。",
        "请删去其中一处。",
        "“{value}” of the superior's list is said not to be covered, and an indicator names it all the same.",
        "Take one of the two out.",
    ),
}

BALANCE: Mapping[str, Mapping[str, Wording]] = {
    "lineage_missing": _entry(
        "指标“{indicator}”没有注明来自上级清单的哪一项。",
        "请补上 lineage；确属自设指标的，可以保留，报告中将标为自设。",
        "The indicator “{indicator}” descends from nothing on the superior's list.",
        "Name its origin; one of your own may stay and is marked so.",
    ),
    "dimension_heavy": _entry(
        "维度“{name}”占“{group_zh}”的 {share}，超过 {limit}：这一群体的指数几乎就是它。",
        "请确认是有意如此，或调低权重。",
        "The dimension “{name}” makes {share} of “{group_en}”, above {limit}: the index is little else.",
        "Make sure that this is meant, or lower its weight.",
    ),
    "part_light": _entry(
        "“{name}”在“{group_zh}”的上一级中只占 {share}，低于 {limit}：问了却几乎不起作用。",
        "请提高权重，或不再设置。",
        "“{name}” has only {share} of its parent in “{group_en}”, below {limit}: it is asked and hardly counts.",
        "Raise its weight, or drop it.",
    ),
    "item_heavy": _entry(
        "题目“{name}”一道题就占“{group_zh}”指数的 {share}，超过 {limit}。",
        "请增加同一指标的题目，或调低权重。",
        "One item, “{name}”, makes {share} of the index of “{group_en}”, above {limit}.",
        "Add an item to its indicator, or lower the weight.",
    ),
    "siblings_uneven": _entry(
        "“{group_zh}”中同级的“{name}”与“{other}”权重相差 {ratio} 倍，超过 {limit} 倍。",
        "请核对两者的轻重。",
        "In “{group_en}” the weights of the siblings “{name}” and “{other}” differ {ratio}-fold, above {limit}-fold.",
        "Check the two against each other.",
    ),
    "perspective_uneven": _entry(
        "平衡计分卡维度“{name}”占各群体平均权重的 {share}，不在 {low} 至 {limit} 之间。",
        "请核对各维度是否均衡。",
        "The perspective “{name}” holds {share} of the weight on average, outside {low} to {limit}.",
        "Check whether the scorecard is balanced.",
    ),
    "same_wording": _entry(
        "题目“{name}”与“{other}”措辞相同，同一件事在“{group_zh}”中计了两次。",
        "请删去一道，或改写得有所区别。",
        "The items “{name}” and “{other}” ask the same words: “{group_en}” counts one thing twice.",
        "Drop one of them, or reword it.",
    ),
}

"""What the linter may find in an instrument that compiles: soundness first, then wording, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

SOUNDNESS: Mapping[str, Mapping[str, Wording]] = {
    "section_unreachable": entry(
        "没有任何一条答题路径会走到“{name}”这一部分（依据：{proof}）。",
        "请修改它的显示条件，或删除这一部分。",
        "No path leads to the section “{name}” (proof: {proof}).",
        "Mend its condition, or remove the section.",
    ),
    "item_unreachable": entry(
        "没有任何一条答题路径会问到“{name}”（依据：{proof}）。",
        "请修改它的显示条件，或删除这道题。",
        "No path leads to “{name}” (proof: {proof}).",
        "Mend its condition, or remove the item.",
    ),
    "required_unreachable": entry(
        "“{name}”是必答题，但没有任何一条答题路径会问到它（依据：{proof}）。",
        "请修改它或所在部分的显示条件，或删除这道题。",
        "“{name}” must be answered, but no path leads to it (proof: {proof}).",
        "Mend its condition or that of its section, or remove the item.",
    ),
    "required_unanswerable": entry(
        "“{name}”是必答题，但没有任何答案能够通过检查（依据：{proof}）。",
        "请检查它的上下限、选项、筛选条件和校验规则，或改为选答。",
        "“{name}” must be answered, but no answer passes its checks (proof: {proof}).",
        "Mend its bounds, options, filter or constraint, or let people skip it.",
    ),
    "unanswerable": entry(
        "“{name}”可以跳过，但没有任何答案能够通过检查（依据：{proof}）。",
        "请检查它的上下限、选项筛选和校验规则。",
        "“{name}” may be skipped, but no answer to it ever passes its checks (proof: {proof}).",
        "Mend its bounds, filter or constraint.",
    ),
    "dead_end": entry(
        "答了{path}之后，必答题“{name}”没有可以通过检查的答案，问卷走不下去（依据：{proof}）。",
        "请检查它的上下限、选项筛选和校验规则在这种情况下是否合理。",
        "After {path}, no answer to “{name}” passes its checks, and it must be answered: the walk cannot go on (proof: {proof}).",
        "Mend its bounds, filter or constraint for this case.",
    ),
    "always_ends": entry(
        "“{name}”的每一个可用答案都会结束问卷，后面的题目没有人会答到（依据：{proof}）。",
        "请至少保留一个不结束问卷的答案，或修改结束的条件。",
        "Every answer to “{name}” ends the interview; nobody comes to what follows (proof: {proof}).",
        "Let at least one answer go on, or mend the condition of the ending.",
    ),
    "no_options_left": entry(
        "答了{path}之后，“{name}”没有任何选项可选（依据：{proof}）。",
        "请修改选项筛选条件，或在这种情况下不显示这道题。",
        "After {path}, “{name}” has no option left to choose (proof: {proof}).",
        "Mend the filter of its options, or do not ask it in this case.",
    ),
    "option_unreachable": entry(
        "“{name}”的选项“{option}”在任何情况下都不会出现（依据：{proof}）。",
        "请修改选项筛选条件，或删除这个选项。",
        "The option “{option}” of “{name}” is never offered (proof: {proof}).",
        "Mend the filter of the options, or remove the option.",
    ),
    "condition_never_true": entry(
        "这个条件在任何情况下都不成立（依据：{proof}）。",
        "请检查其中是否有互相矛盾的部分，或引用了到这里时不可能有的答案。",
        "This condition never holds (proof: {proof}).",
        "Look for parts that contradict each other, or for an answer that nobody can have given here.",
    ),
    "condition_always_true": entry(
        "到了这里，这个条件总是成立，等于没有条件（依据：{proof}）。",
        "请删除这个条件，或检查是否写错。",
        "This condition always holds here, as if there were none (proof: {proof}).",
        "Remove it, or check whether something else was meant.",
    ),
    "part_never_true": entry(
        "条件中的“{part}”在任何情况下都不成立，不起作用（依据：{proof}）。",
        "请删除这一部分，或检查是否写错。",
        "The part “{part}” of this condition never holds (proof: {proof}).",
        "Remove that part, or check whether something else was meant.",
    ),
    "part_always_true": entry(
        "条件中的“{part}”到了这里总是成立，不起作用（依据：{proof}）。",
        "请删除这一部分，或检查是否写错。",
        "The part “{part}” of this condition always holds here (proof: {proof}).",
        "Remove that part, or check whether something else was meant.",
    ),
    "quota_unfillable": entry(
        "没有任何一条走完的答题路径符合配额“{name}”，它永远填不满（依据：{proof}）。",
        "请修改配额条件，或删除这个配额。",
        "Nobody who completes the interview can belong to the quota “{name}”: it never fills (proof: {proof}).",
        "Mend its condition, or remove the quota.",
    ),
    "quota_capped": entry(
        "配额“{name}”要{limit}份，但其他配额先满而结束，最多只能得到{reachable}份（依据：{proof}）。",
        "请调整这些配额的数量，使它们能够同时填满。",
        "The quota “{name}” wants {limit}, but other quotas close first: at most {reachable} can come in (proof: {proof}).",
        "Change the limits so that they can be filled together.",
    ),
    "quotas_disagree": entry(
        "各配额的数量无法同时填满（依据：{proof}）。",
        "请核对各组配额的合计是否一致。",
        "The quotas cannot all be filled at the same time (proof: {proof}).",
        "Check that the limits of each set add up to the same total.",
    ),
    "not_decided": entry(
        "“{name}”：在{proof}内既没有找到例子，也没有证完所有情况，不作结论。",
        "请人工检查，或简化条件、给数值设上下限，使其可以穷尽。",
        "“{name}”: neither an example was found nor every case tried within {proof}; nothing is concluded.",
        "Look at it yourself, or simplify the condition or give numbers bounds, so that every case can be tried.",
    ),
}
WORDING: Mapping[str, Mapping[str, Wording]] = {
    "wording_double": entry(
        "一题问了两件事：“{words}”。对两件事看法不同的人无法回答，结果也说不清指哪一件。",
        "请拆成两道题，或只留一件。",
        "Two things are asked at once: “{words}”. Whoever sees them differently cannot answer, and the result means neither.",
        "Make two items of it, or keep one of the two.",
    ),
    "wording_leading": entry(
        "措辞有引导性：“{words}”。它暗示了想要的答案，会使结果偏向一边。",
        "请用中性的说法。",
        "The wording leads: “{words}”. It hints at the wanted answer and shifts the result.",
        "Use neutral words.",
    ),
    "wording_absolute": entry(
        "用了绝对化的词：“{words}”。很少有人能够同意“总是”“所有”，中间的情况无处可答。",
        "请去掉它，或改问次数、程度。",
        "An absolute word is used: “{words}”. Few can agree to “always” or “all”, and what lies between finds no answer.",
        "Leave it out, or ask how often or how much.",
    ),
    "wording_negations": entry(
        "一句话里有两个否定：“{words}”。读者容易选反。",
        "请改成肯定的说法。",
        "One clause negates twice: “{words}”. Readers easily choose the opposite.",
        "Say it positively.",
    ),
    "wording_long_zh": entry(
        "题目有{length}个汉字，超过{limit}个。手机上要读几行，老年人容易漏读。",
        "请缩短题目，说明放进“帮助”。",
        "The question has {length} Chinese characters, more than {limit}: several lines on a phone, and easily misread.",
        "Shorten it and move explanations to the help text.",
    ),
    "wording_long_en": entry(
        "英文题目有{length}个词，超过{limit}个，容易误读。",
        "请缩短题目，说明放进“帮助”。",
        "The question has {length} words, more than {limit}: long sentences are easily misread.",
        "Shorten it and move explanations to the help text.",
    ),
    "wording_no_period": entry(
        "问的是做过什么或多久一次（“{words}”），但没有说是哪段时间，各人理解会不同。",
        "请写明时间，例如“过去12个月里”。",
        "It asks what people did or how often (“{words}”) but names no time; everyone thinks of another.",
        "Name the time, for example “in the past 12 months”.",
    ),
    "scale_unlabelled": entry(
        "量表的{points}没有文字（语言：{language}）。没有文字的等级各人理解不同。",
        "请给每一级写上文字（超过7级的，至少写两端）。",
        "The points {points} of the scale have no label (language: {language}): everyone reads them differently.",
        "Label every point (with more than 7 points, at least both ends).",
    ),
    "scale_unbalanced": entry(
        "量表两边的等级数不同（{sides}）。等级多的一边会得到更多的答案。",
        "请让正反两边的等级数相等；国家规定的量表请单独公布，不与其他量表合并。",
        "The two sides of the scale have different numbers of points ({sides}): the side with more gets more answers.",
        "Give both sides as many points; keep a scale that is prescribed apart from others.",
    ),
    "scale_no_way_out": entry(
        "没有“不了解/说不清”一类的选项。不知道的人只能随便选，结果会失真。",
        "请加上“不了解/说不清”，并标为缺失代码。",
        "There is no “don't know”: whoever does not know has to choose at random, which distorts the result.",
        "Add “don't know” as a missing code.",
    ),
}
WALKS: Mapping[str, Mapping[str, Wording]] = {
    "page_long": entry(
        "这一页平均要花{seconds}秒，超过{limit}秒。长时间看不到进展，离开的人会变多。",
        "请把这一部分分成几页，或减少题目。",
        "This page takes {seconds} seconds on average, more than {limit}: without progress in sight more people leave.",
        "Divide the section, or ask less.",
    ),
    "walk_stuck": entry(
        "模拟的{walks}份问卷中，有{stuck}份在这一页走不下去。",
        "请检查这一页必答题的选项、上下限和校验规则。",
        "Of {walks} simulated interviews, {stuck} could not go on from this page.",
        "Check the options, bounds and constraints of what must be answered here.",
    ),
}
LINT: Mapping[str, Mapping[str, Wording]] = {**SOUNDNESS, **WORDING, **WALKS}

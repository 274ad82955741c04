"""Home of the sentences of the gates, in both languages, with their numbers as places to fill."""

from collections.abc import Mapping

from analysis.errors import Text

MESSAGES: Mapping[str, Text] = {
    "no_input": Text(
        zh="没有可供检验的数据，不能视为通过。请补充该关卡所需的记录。",
        en="There is nothing to look at, so the gate cannot pass. Supply the records it needs.",
    ),
    "locking_met": Text(
        zh="{rows} 份文件均在第一份答卷之前锁定并公布。",
        en="All {rows} documents were locked and published before the first answer.",
    ),
    "locking_unmet": Text(
        zh="{rows} 份文件中有 {unmet} 份未在第一份答卷之前锁定并公布。",
        en="{unmet} of {rows} documents were not locked and published before the first answer.",
    ),
    "frames_met": Text(
        zh="没有计分记录来自被评价单位提供的抽样框（已排除 {excluded} 条）。",
        en="No scored record comes from a frame supplied by an assessed unit ({excluded} records excluded).",
    ),
    "frames_unmet": Text(
        zh="仍有 {remaining} 条计分记录来自被评价单位提供的抽样框，须经两人决定后排除。",
        en="{remaining} scored records still come from a frame supplied by an assessed unit; two persons must "
        "decide to exclude them.",
    ),
    "bases_met": Text(
        zh="所有计分群体和单位均达到有效样本量和有效样本要求（{dropped} 个群体样本不足，未计入）。",
        en="Every scored group and unit reaches the minimum valid and effective sample ({dropped} groups were too "
        "small and were not used).",
    ),
    "bases_unmet": Text(
        zh="{unmet} 个计分群体的样本低于最低要求。",
        en="{unmet} scored groups are below the minimum sample.",
    ),
    "precision_met": Text(
        zh="{rows} 个计分单位的95%误差均达标（最大 {largest:.2f} 分）。",
        en="All {rows} scored units meet the 95% half-width (largest {largest:.2f} points).",
    ),
    "precision_unmet": Text(
        zh="{rows} 个计分单位中有 {unmet} 个的95%误差超限（最大 {largest:.2f} 分）。",
        en="{unmet} of {rows} scored units exceed the 95% half-width (largest {largest:.2f} points).",
    ),
    "weighting_met": Text(
        zh="{rows} 项加权均收敛，边际偏差最大 {gap:.2f} 个百分点，最大权重为均值的 {ratio:.2f} 倍，设计效应最大 {deff:.2f}。",
        en="All {rows} weightings converged; largest margin gap {gap:.2f} points, largest weight {ratio:.2f} times the "
        "mean, largest Kish design effect {deff:.2f}.",
    ),
    "weighting_unmet": Text(
        zh="{rows} 项加权中有 {unmet} 项未达标（边际偏差最大 {gap:.2f} 个百分点，最大权重为均值的 {ratio:.2f} 倍，"
        "设计效应最大 {deff:.2f}）。",
        en="{unmet} of {rows} weightings fall short (largest margin gap {gap:.2f} points, largest weight {ratio:.2f} "
        "times the mean, largest Kish design effect {deff:.2f}).",
    ),
    "outcomes_met": Text(
        zh="各调查方式的应答率或参与率均达标，无应答表已公布。",
        en="Response or participation rates are in order for every mode and the nonresponse table is published.",
    ),
    "outcomes_unmet": Text(
        zh="{unmet} 项未达标：应答率过低、参与率未报告或无应答表未公布。",
        en="{unmet} points are open: a response rate too low, a participation rate not reported, or the nonresponse "
        "table not published.",
    ),
    "reliability_met": Text(
        zh="{rows} 组题目的信度均不低于 {limit:.2f}（最低 {lowest:.3f}）。",
        en="All {rows} sets reach a reliability of {limit:.2f} (lowest {lowest:.3f}).",
    ),
    "reliability_unmet": Text(
        zh="{rows} 组题目中有 {unmet} 组的信度低于 {limit:.2f} 或缺少区间（最低 {lowest:.3f}）。",
        en="{unmet} of {rows} sets are below a reliability of {limit:.2f} or lack its interval (lowest {lowest:.3f}).",
    ),
    "criterion_met": Text(
        zh="{rows} 个群体的指数与效标题的相关均不低于 {limit:.2f}（最低 {lowest:.3f}）。",
        en="In all {rows} groups the index correlates with the criterion item by at least {limit:.2f} "
        "(lowest {lowest:.3f}).",
    ),
    "criterion_unmet": Text(
        zh="{rows} 个群体中有 {unmet} 个的效标相关低于 {limit:.2f}（最低 {lowest:.3f}）。",
        en="In {unmet} of {rows} groups the criterion correlation is below {limit:.2f} (lowest {lowest:.3f}).",
    ),
    "dont_know_met": Text(
        zh="{rows} 题的不了解率均不超过 {limit:.0%}（最高 {highest:.1%}，{item}）。",
        en="No don't-know share of the {rows} items exceeds {limit:.0%} (highest {highest:.1%}, {item}).",
    ),
    "dont_know_unmet": Text(
        zh="{unmet} 题的不了解率超过 {limit:.0%}（最高 {highest:.1%}，{item}）；这些题只报告、不计分，"
        "其中仍计分的有 {scored} 题。",
        en="{unmet} items exceed a don't-know share of {limit:.0%} (highest {highest:.1%}, {item}); they are reported "
        "and not scored. Still scored: {scored}.",
    ),
    "removals_met": Text(
        zh="各群体剔除比例均不超过 {limit:.0%}（最高 {highest:.1%}），理由齐全，标记均已裁定。",
        en="No group lost more than {limit:.0%} of its records (highest {highest:.1%}); every removal has a reason and "
        "every flag is decided.",
    ),
    "removals_unmet": Text(
        zh="{unmet} 个群体未达标：剔除比例最高 {highest:.1%}（限 {limit:.0%}），无理由剔除 {without_reason} 条，"
        "未裁定标记 {undecided} 个。",
        en="{unmet} groups fall short: highest share removed {highest:.1%} (limit {limit:.0%}), {without_reason} removals "
        "without a reason, {undecided} flags undecided.",
    ),
    "call_backs_met": Text(
        zh="复核 {checked:.1%} 的访问员样本，合格率 {confirmed:.1%}，没有未裁定的访问员标记。",
        en="{checked:.1%} of interviewer cases were checked, {confirmed:.1%} confirmed, and no interviewer flag is open.",
    ),
    "call_backs_unmet": Text(
        zh="复核比例 {checked:.1%}，合格率 {confirmed:.1%}，未裁定的访问员标记 {undecided} 个。",
        en="{checked:.1%} of interviewer cases were checked, {confirmed:.1%} confirmed, {undecided} interviewer flags "
        "are undecided.",
    ),
    "coaching_met": Text(
        zh="没有城市的诱导作答比例超限；已搁置并裁定 {set_aside} 个县。",
        en="No city exceeds the limit for coaching reports; {set_aside} counties are set aside and decided.",
    ),
    "coaching_unmet": Text(
        zh="{cities} 个城市的诱导作答比例超限，{counties} 个县超限而未搁置或未裁定。",
        en="{cities} cities exceed the limit for coaching reports; {counties} counties exceed it and are not set aside "
        "or not decided.",
    ),
    "counties_met": Text(
        zh="没有县偏离同类城市 {limit:g} 个稳健标准差以上（最大 {largest:.2f}）。",
        en="No county lies more than {limit:g} robust standard deviations from its city type (largest {largest:.2f}).",
    ),
    "counties_unmet": Text(
        zh="{counties} 个县偏离同类城市 {limit:g} 个稳健标准差以上（最大 {largest:.2f}）。",
        en="{counties} counties lie more than {limit:g} robust standard deviations from their city type "
        "(largest {largest:.2f}).",
    ),
    "mode_effects_met": Text(
        zh="加权后调查方式效应均不超过 {limit:g} 分，或已校正并说明（最大 {largest:.2f} 分）。",
        en="Mode effects after weighting are within {limit:g} points or adjusted and documented "
        "(largest {largest:.2f}).",
    ),
    "mode_effects_unmet": Text(
        zh="{unmet} 项调查方式效应超过 {limit:g} 分且未校正说明（最大 {largest:.2f} 分）。",
        en="{unmet} mode effects exceed {limit:g} points and are neither adjusted nor documented "
        "(largest {largest:.2f}).",
    ),
    "reproduction_met": Text(
        zh="同一清单再次运行，结果摘要值一致。",
        en="A second run of the same manifest gives the same result digest.",
    ),
    "reproduction_unmet": Text(
        zh="再次运行的清单或结果摘要值不一致。",
        en="The second run differs in its manifest or its result digest.",
    ),
    "disclosure_met": Text(
        zh="{tables} 张公布表均通过披露控制。", en="All {tables} published tables pass disclosure control."
    ),
    "disclosure_unmet": Text(
        zh="披露控制发现 {unmet} 个问题。", en="Disclosure control found {unmet} problems."
    ),
    "appeals_met": Text(
        zh="申诉期已满，{cases} 件申诉全部办结。",
        en="The appeal window is closed and all {cases} appeals are decided.",
    ),
    "appeals_unmet": Text(
        zh="申诉期未满或仍有 {undecided} 件申诉未办结。",
        en="The appeal window is open or {undecided} appeals are undecided.",
    ),
}

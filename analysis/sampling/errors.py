"""Home of what planning and drawing a sample refuse: impossible sizes, frames that name a unit twice, wrong seeds."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class SamplingError(AnalysisError):
    """A plan or a draw that cannot be."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "out_of_range": Text(
            zh="{name} 为 {value}，须{expected_zh}。", en="{name} is {value}; it must be {expected_en}."
        ),
        "one_unknown": Text(
            zh="n、difference、power 三者须恰好留空一个，实有 {actual} 个留空。",
            en="Leave exactly one of n, difference and power out to have it found; {actual} were left out.",
        ),
        "unreachable": Text(
            zh="在 n 不超过 {most} 时达不到检验力 {power}。请增大差异、样本或降低要求。",
            en="Power {power} is not reached with n up to {most}. Look for a larger difference, or ask for less.",
        ),
        "unreachable_width": Text(
            zh="即使抽取 {most} 个，半宽也达不到 {half_width}。请增大第二个样本或放宽半宽。",
            en="Half width {half_width} is not reached even with {most} respondents. Make the second sample larger, or "
            "ask for less.",
        ),
        "too_large": Text(
            zh="{name}：要抽 {n} 个，总体只有 {population} 个。",
            en="{name}: {n} are to be drawn, but there are only {population}.",
        ),
        "minimum_too_large": Text(
            zh="各层最低样本合计 {minimum}，超过总样本 {n}。请降低最低数或增大样本。",
            en="The minimum sizes of the strata sum to {minimum}, more than the sample of {n}. Lower them, or draw more.",
        ),
        "budget_too_small": Text(
            zh="最低样本需要费用 {needed}，预算只有 {budget}。",
            en="The minimum sizes cost {needed}, the budget is {budget}.",
        ),
        "stratum_unknown": Text(
            zh="分配表中没有层“{stratum}”。请补上。",
            en='Stratum "{stratum}" of the frame is not in the allocation. Add it.',
        ),
        "stratum_not_in_frame": Text(
            zh="分配表中的层“{stratum}”在抽样框里没有单位。",
            en='Stratum "{stratum}" of the allocation has no unit in the frame.',
        ),
        "stratum_twice": Text(zh="层“{stratum}”出现两次。", en='Stratum "{stratum}" occurs twice.'),
        "unit_twice": Text(
            zh="抽样框中单位“{unit}”出现两次。每个单位只能有一次机会，请先去重。",
            en='Unit "{unit}" occurs twice in the frame. Each unit has one chance: remove the duplicate.',
        ),
        "unit_missing": Text(
            zh="抽样框第 {row} 行没有单位编号。", en="Row {row} of the frame has no unit id."
        ),
        "no_size": Text(
            zh="{name}：只有 {positive} 个单位的规模大于 0，不足以抽取 {n} 个。",
            en="{name}: only {positive} units have a size above 0, too few to draw {n}.",
        ),
        "size_varies": Text(
            zh="初级单位“{psu}”的规模不止一个值（{first} 与 {second}）。",
            en='Primary unit "{psu}" has more than one size ({first} and {second}). Give one.',
        ),
        "psu_in_two_strata": Text(
            zh="初级单位“{psu}”同时在层“{first}”和“{second}”。初级单位编号须跨层唯一。",
            en='Primary unit "{psu}" lies in strata "{first}" and "{second}". Give each primary unit its own id.',
        ),
        "seed_short": Text(
            zh="种子只有 {actual} 字节，至少须 {least} 字节，否则可被试出。",
            en="The seed has {actual} bytes; it needs at least {least}, or it could be guessed.",
        ),
        "seed_differs": Text(
            zh="种子与承诺不符：承诺的摘要为 {expected}，此种子为 {actual}。",
            en="This is not the committed seed: its digest should be {expected} and is {actual}.",
        ),
        "frame_differs": Text(
            zh="抽样框与承诺不符：承诺的摘要为 {expected}，此框为 {actual}。",
            en="This is not the committed frame: its digest should be {expected} and is {actual}.",
        ),
        "plan_differs": Text(
            zh="抽样方案与承诺不符：承诺的是“{expected}”，实为“{actual}”。",
            en='This is not the committed plan: it should be "{expected}" and is "{actual}".',
        ),
        "draw_differs": Text(
            zh="按承诺的种子和抽样框重抽，第 {row} 行的结果不同。",
            en="Drawing again from the committed seed and frame gives another result at row {row}.",
        ),
        "quota_infeasible": Text(
            zh="配额表没有同时满足所有边际的整数解。请减少边际或放宽。",
            en="No whole numbers meet all margins of the quota table. Use fewer margins.",
        ),
    }


def require(
    name: str,
    value: float,
    *,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
    most: float | None = None,
) -> float:
    """`value` within bounds (exclusive: above, below; inclusive: least, most), or a refusal that names it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    good = number == number  # nan is refused like any number out of range
    parts: list[tuple[str, str]] = []
    if above is not None:
        good, parts = good and number > above, [*parts, (f"大于 {above:g}", f"above {above:g}")]
    if least is not None:
        good, parts = good and number >= least, [*parts, (f"不小于 {least:g}", f"at least {least:g}")]
    if below is not None:
        good, parts = good and number < below, [*parts, (f"小于 {below:g}", f"below {below:g}")]
    if most is not None:
        good, parts = good and number <= most, [*parts, (f"不大于 {most:g}", f"at most {most:g}")]
    if not good:
        raise SamplingError(
            "out_of_range",
            name=name,
            value=value,
            expected_zh="且".join(zh for zh, _ in parts),
            expected_en=" and ".join(en for _, en in parts),
        )
    return number

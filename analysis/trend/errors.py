"""Home of what trends refuse: too few points, clusters that cannot be linked, designs that cannot be stacked."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class TrendError(AnalysisError):
    """Waves that cannot be compared, or a series without a trend to estimate."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_points": Text(
            zh="有效点只有 {actual} 个，至少需要 {least} 个。",
            en="Only {actual} valid points; this needs at least {least}.",
        ),
        "no_variation": Text(
            zh="{name}：所有值相同，没有趋势可检验。",
            en="{name}: all values are equal, so there is no trend to test.",
        ),
        "bad_se": Text(
            zh="第 {row} 个点的标准误为 {value}，须大于 0。",
            en="Point {row} has standard error {value}; it must be above 0.",
        ),
        "singular_covariance": Text(
            zh="各点的协方差矩阵不是正定的，无法加权。请检查重叠的标识或减少点数。",
            en="The covariance of the points is not positive definite, so they cannot be weighted. Check the links of "
            "overlapping clusters, or use fewer points.",
        ),
        "break_outside": Text(
            zh="断点 {at} 两侧的点不够，无法估计 {name}。",
            en="There are too few points on one side of the break at {at} to estimate {name}.",
        ),
        "events_exceed": Text(
            zh="第 {row} 组有 {events} 个事件，却只有 {n} 人。",
            en="Group {row} has {events} events among {n} people.",
        ),
        "waves_differ": Text(
            zh="共有 {designs} 个设计、{others} 个{name_zh}，数目必须相同。",
            en="There are {designs} designs and {others} {name_en}; their number must be the same.",
        ),
        "no_influence": Text(
            zh="第 {wave} 期的估计值没有保留影响值，无法计算与其他各期的协方差。",
            en="The estimate of wave {wave} kept no influence values, so its covariance with other waves is unknown.",
        ),
        "link_not_psu": Text(
            zh="第 {wave} 期：标识“{link}”出现在不止一个初级抽样单位中。标识须与初级抽样单位一一对应。",
            en='Wave {wave}: the link "{link}" occurs in more than one primary sampling unit. A link names one unit.',
        ),
        "psu_two_links": Text(
            zh="第 {wave} 期：一个初级抽样单位有两个标识（“{first}”与“{second}”）。",
            en='Wave {wave}: one primary sampling unit has two links ("{first}" and "{second}").',
        ),
        "link_changes_stratum": Text(
            zh="标识“{link}”在一期属于层“{first}”，在另一期属于层“{second}”。请更正，或不声明重叠。",
            en='The link "{link}" lies in stratum "{first}" in one wave and in "{second}" in another. Correct the strata '
            "or declare no overlap.",
        ),
        "not_plain": Text(
            zh="第 {wave} 期的设计（{why_zh}）不能与其他各期连接或叠加。请用不含该项的设计。",
            en="The design of wave {wave} ({why_en}) cannot be linked or stacked with others. Use a design without it.",
        ),
    }

"""Home of what the analysis of drivers refuses, and of what its results say instead of a warning."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, AnalysisWarning, Language, Text


class DriverError(AnalysisError):
    """Drivers whose importance does not exist or cannot be computed."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_drivers": Text(
            zh="至少需要 2 个驱动因素，实有 {actual} 个。", en="This needs at least 2 drivers, got {actual}."
        ),
        "too_many_drivers": Text(
            zh='LMG 分解需要遍历所有子集，最多 {most} 个驱动因素，实有 {actual} 个。请改用 method="johnson" 或合并指标。',
            en='LMG goes through every subset: at most {most} drivers, got {actual}. Use method="johnson", or join '
            "indicators.",
        ),
        "collinear": Text(
            zh="驱动因素“{driver}”是其他驱动因素的线性组合。请去掉它。",
            en='Driver "{driver}" is a combination of the others. Leave it out.',
        ),
        "name_twice": Text(
            zh="名称“{name}”出现两次。", en='The name "{name}" occurs twice. Give each driver its own.'
        ),
        "names_differ": Text(
            zh="重要度与表现的名称不同：{first} 与 {second}。请按相同顺序给出相同的项目。",
            en="Importance and performance are of different items: {first} and {second}. Give the same items in the "
            "same order.",
        ),
        "no_threshold": Text(
            zh="模型没有门槛，边际效应不存在。",
            en="The model has no thresholds, so it has no marginal effects.",
        ),
        "column_unknown": Text(
            zh="模型没有变量“{name}”。可选：{choices}。",
            en='The model has no variable "{name}". Known: {choices}.',
        ),
    }


STATUSES: Mapping[str, Text] = {
    "nearly_collinear": Text(
        zh="驱动因素高度相关（条件数 {number}）：重要度的区间会很宽。",
        en="The drivers are strongly related (condition number {number}): their importance is known only roughly.",
    ),
}


class DriverStatus(AnalysisWarning):
    """A status that a driver result carries."""

    def message(self, language: Language = "en") -> str:
        """The sentence for `language`."""
        return STATUSES[self.code].fill(language, self.context)

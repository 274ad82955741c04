"""Home of what disclosure control refuses: tables it cannot read as tables."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class DisclosureError(AnalysisError):
    """A table that cannot be checked, and so must not be published."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "cell_twice": Text(
            zh="表“{table}”的单元格“{cell}”出现两次。", en='Table "{table}" holds cell "{cell}" twice.'
        ),
        "cell_dimensions": Text(
            zh="表“{table}”的单元格“{cell}”的维度与表不符：应为 {expected}。",
            en='Cell "{cell}" of table "{table}" does not have the table\'s dimensions: {expected}.',
        ),
        "cell_value": Text(
            zh="表“{table}”的单元格“{cell}”的人数、权重或数值无效。",
            en='Cell "{cell}" of table "{table}" has an invalid number of respondents, weight or value.',
        ),
        "cells_disagree": Text(
            zh="单元格“{cell}”在两张表中的数值不同。请从同一次运行生成各表。",
            en='Cell "{cell}" differs between two tables. Make all tables from one run.',
        ),
        "no_partner": Text(
            zh="人数不足 {least} 的群体没有可合并的其他群体，不能公布。",
            en="There is no further group to merge those under {least} respondents with; nothing can be shown.",
        ),
    }

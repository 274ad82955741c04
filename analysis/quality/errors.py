"""Home of what the indices of answer quality refuse: too few items or pairs, items without answers or variation."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class QualityError(AnalysisError):
    """An index of answer quality that does not exist for these answers."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_items": Text(
            zh="{index}：至少需要 {least} 题，实有 {actual} 题。",
            en="{index}: needs at least {least} items, got {actual}.",
        ),
        "too_few_rows": Text(
            zh="{index}：至少需要 {least} 名受访者，实有 {actual} 名。",
            en="{index}: needs at least {least} respondents, got {actual}.",
        ),
        "item_unanswered": Text(
            zh="{index}：第 {item} 题没有任何回答。请去掉该题。",
            en="{index}: nobody answered item {item}. Leave it out.",
        ),
        "no_variation": Text(
            zh="{index}：第 {item} 题所有回答相同。请去掉该题。",
            en="{index}: item {item} has the same answer everywhere. Leave it out.",
        ),
        "singular": Text(
            zh="{index}：题目的协方差矩阵不可逆（有题目可由其他题目推出，或成对缺失过多）。请去掉多余的题。",
            en="{index}: the covariance matrix of the items cannot be inverted (an item follows from others, or too "
            "many answers are missing in pairs). Drop the redundant item.",
        ),
        "too_few_scales": Text(
            zh="{index}：至少需要 {least} 个含两题以上的量表，实有 {actual} 个。",
            en="{index}: needs at least {least} scales of two or more items, got {actual}.",
        ),
        "too_few_pairs": Text(
            zh="{index}：相关超过 {critical} 的题对至少需要 {least} 对，实有 {actual} 对。请降低临界值或不用此指标。",
            en="{index}: needs at least {least} pairs of items correlated beyond {critical}, found {actual}. Choose "
            "another critical value or do without this index.",
        ),
        "time_not_positive": Text(
            zh="{name}：第 {row} 行第 {item} 题的用时为 {value}。用时须大于 0，缺失请留空。",
            en="{name}: row {row}, item {item} took {value}. Times must be above 0; leave missing ones empty.",
        ),
        "bad_cutoff": Text(
            zh="{name}：界限 {value} 无效，须{expected_zh}。",
            en="{name}: the cut-off {value} is invalid; it must be {expected_en}.",
        ),
        "nothing_left": Text(
            zh="标记“{flag}”去掉后，“{item}”没有任何有效回答，无法比较。",
            en='Without those flagged by "{flag}" no valid answer to "{item}" is left, so there is nothing to compare.',
        ),
        "group_too_large": Text(
            zh="雷同率的代价随组的平方增长：“{group}”有 {n} 人，上限 {largest}。请用 within 分组（访问员、县），或提高上限。",
            en='Comparing everybody with everybody costs the square of the group: "{group}" has {n} respondents, the '
            "limit is {largest}. Give `within` (interviewer, county), or raise the limit.",
        ),
        "county_without_type": Text(
            zh="县“{county}”没有城市类型，无法与同类比较。请在对照表中补上。",
            en='County "{county}" has no city type to be compared within. Add it to the table of types.',
        ),
        "nobody_measured": Text(
            zh="“{name}”全部缺失，没有可比较的受访者。",
            en='"{name}" is missing for everybody, so there is nobody to compare.',
        ),
        "names_differ": Text(
            zh="{name}：应有 {expected} 个名称，实有 {actual} 个。",
            en="{name}: expected {expected} names, got {actual}.",
        ),
    }

"""The report of an import as lines for a terminal, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey.instrument.exchange.report import Imported, NotCarried
from survey.instrument.problems import Problem

_NAMES = {
    "languages": "languages 语言",
    "groups": "groups 题组",
    "questions": "questions 题目",
    "subquestions": "sub-questions 子题",
    "options": "options 选项",
    "conditions": "conditions 条件",
    "quotas": "quotas 配额",
}
_LEVELS = {"error": "error 错误", "gap": "gap 缺漏", "advice": "advice 建议"}
_SHOWN = 200


def report_lines(name: str, imported: Imported, problems: Sequence[Problem]) -> Iterator[str]:
    """The whole report; long lists end with how many more there are."""
    verdict = "refused 拒绝导入" if imported.refused else "can be imported 可以导入"
    yield f"{name}: {verdict}" + (f" ({imported.format})" if imported.format else "")
    for key, value in imported.counts.to_json().items():
        shown = ", ".join(value) if isinstance(value, list) else value
        yield f"  {_NAMES.get(key, key)}: {shown}"
    for problem in problems[:_SHOWN]:
        yield f"{_LEVELS[problem.level]} {problem.where}: {problem.message('en')}"
        yield f"    {problem.message('zh')}"
    yield from _more(len(problems))
    for row in imported.not_carried[:_SHOWN]:
        yield f"not carried over 未带入 {row.where}: {row.message('en')}"
        yield f"    {row.message('zh')}"
    yield from _more(len(imported.not_carried))


def left_behind_lines(rows: Sequence[NotCarried]) -> Iterator[str]:
    """What an export could not say."""
    for row in rows[:_SHOWN]:
        yield f"not written 未写出 {row.where}: {row.message('en')}"
        yield f"    {row.message('zh')}"
    yield from _more(len(rows))


def _more(count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield f"  … {count - _SHOWN} more, see --json 其余见 --json"

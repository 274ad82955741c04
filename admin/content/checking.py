"""The notebook of the cross-checks: looks up codes, compares sums, notes problems with their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from admin.content.problems import ContentProblem, Steps
from admin.content.yaml_file import YamlFile
from survey.instrument.codes import nearest

TOLERANCE = 1e-6
_KINDS = {
    "city": ("市", "city"),
    "county": ("县", "county"),
    "unit": ("单位", "unit"),
    "class": ("单位类别", "class of units"),
    "group": ("评价群体", "evaluator group"),
    "instrument": ("问卷", "instrument"),
    "dimension": ("维度", "dimension"),
    "indicator": ("指标", "indicator"),
    "item": ("题目", "item"),
    "organiser": ("组织单位", "organiser"),
    "category": ("类别", "category"),
    "target": ("对象", "target"),
    "problem": ("预设问题", "planted problem"),
    "gate": ("质量关卡", "gate"),
    "perspective": ("平衡计分卡维度", "perspective"),
    "superior": ("上级指标", "superior's indicator"),
}


class Checks:
    """Collects what is wrong with one file."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.value: Any = file.value  # Any: checked against its schema before
        self.problems: list[ContentProblem] = []

    def add(self, code: str, steps: Steps, **context: object) -> None:
        """Note a problem."""
        self.problems.append(self.file.problem(code, steps, **context))

    def known(self, kind: str, value: object, known: Collection[str], steps: Steps) -> bool:
        """Whether a code exists; a problem if not."""
        if value in known:
            return True
        zh, en = _KINDS[kind]
        self.add("unknown_id", steps, kind_zh=zh, kind_en=en, value=value, nearest=nearest(value, known))
        return False

    def all_known(self, kind: str, values: Iterable[str], known: Collection[str], steps: Steps) -> None:
        """Each code of a mapping or list exists."""
        at_keys = isinstance(values, Mapping)
        for at, value in enumerate(values):
            self.known(kind, value, known, (*steps, value if at_keys else at))

    def complete(self, kind: str, values: Mapping[str, object], known: Collection[str], steps: Steps) -> None:
        """A mapping has exactly the known codes as its keys."""
        self.all_known(kind, values, known, steps)
        for code in known:
            if code not in values:
                self.add("missing_field", steps, name=code)

    def unique(self, members: Iterable[Mapping[str, Any]], name: str, steps: Steps) -> None:
        """No two members of a list share the value of a field."""
        seen: set[object] = set()
        for at, member in enumerate(members):
            if member[name] in seen:
                self.add("duplicate_id", (*steps, at, name), value=member[name])
            seen.add(member[name])

    def total(self, steps: Steps, total: float, expected: float, *, zh: str, en: str) -> None:
        """A sum agrees with what is stated: whole numbers exactly, shares within a millionth."""
        exact = isinstance(total, int) and isinstance(expected, int)
        if total != expected if exact else abs(total - expected) > TOLERANCE:
            self.add(
                "sum_differs", steps, what_zh=zh, what_en=en, total=_shown(total), expected=_shown(expected)
            )

    def shares(self, steps: Steps, shares: Mapping[str, float], *, zh: str, en: str) -> None:
        """Shares or weights add up to 1."""
        self.total(steps, float(sum(shares.values())), 1.0, zh=zh, en=en)

    def count(self, steps: Steps, total: int, expected: int, *, zh: str, en: str) -> None:
        """A stated number agrees with what is there."""
        if total != expected:
            self.add("count_differs", steps, what_zh=zh, what_en=en, total=total, expected=expected)


def _shown(number: float) -> int | str:
    return number if isinstance(number, int) else f"{number:.6g}"

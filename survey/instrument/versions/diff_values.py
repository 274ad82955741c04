"""Says whether a value differs between two versions once renamings are allowed for, and what class the change has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from survey.instrument.expression import Node
from survey.instrument.program import Item
from survey.instrument.versions.diff_rules import Rule
from survey.instrument.versions.lineage import bare, matched


class Values:
    """Compares values of an earlier and a later version.

    ``same`` gives for each later item its former code; what refers to a renamed item or option is not changed by it.
    """

    def __init__(
        self, language: str, old: Mapping[str, Item], new: Mapping[str, Item], same: Mapping[str, str]
    ) -> None:
        self.language, self.old, self.new, self.same = language, old, new, same
        self.later = {former: code for code, former in same.items()}
        self.renamed_options = self._renamed_options()

    def change(self, rule: Rule, before: object, after: object) -> dict[str, Any] | None:
        """The class and weight of a change; None where nothing changed but names."""
        if _is_words(before) or _is_words(after):
            return self._words(rule, before or {}, after or {})
        old, new = self._plain(before, earlier=True), self._plain(after, earlier=False)
        if old == new:
            return None
        return {"kind": rule.kind, "breaks": rule.breaks, "before": old, "after": new}

    def _words(self, rule: Rule, before: Any, after: Any) -> dict[str, Any] | None:
        changed = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
        if not changed:
            return None
        kind, breaks = rule.kind, rule.breaks
        if self.language not in changed:
            kind, breaks = "translation", None
        elif bare(before.get(self.language, "")) == bare(after.get(self.language, "")):
            kind, breaks = "presentation", None
        shown = sorted(changed)
        return {
            "kind": kind,
            "breaks": breaks,
            "before": {name: before[name] for name in shown if name in before},
            "after": {name: after[name] for name in shown if name in after},
        }

    def _plain(self, value: object, *, earlier: bool) -> Any:
        """A value as plain data, with the later names of what was renamed."""
        if isinstance(value, Node):
            return self._renamed(value.to_json()) if earlier else value.to_json()
        if isinstance(value, (tuple, list)):
            return [self._plain(part, earlier=earlier) for part in value]
        if isinstance(value, Mapping):
            return {name: self._plain(part, earlier=earlier) for name, part in value.items()}
        if is_dataclass(value):
            return {f.name: self._plain(getattr(value, f.name), earlier=earlier) for f in fields(value)}
        return value

    def _renamed(self, node: Any) -> Any:
        """A condition of the earlier version, written with the codes of the later one."""
        if not isinstance(node, list):
            return node
        if len(node) == 2 and node[0] in ("answer", "each"):
            return [node[0], self.later.get(node[1], node[1])]
        parts = [self._renamed(part) for part in node]
        named = [
            part[1] for part in node[1:] if isinstance(part, list) and part[:1] in (["answer"], ["each"])
        ]
        for name in named[:1]:
            codes = self.renamed_options.get(name, {})
            parts = [
                ["text", codes.get(part[1], part[1])]
                if isinstance(part, list) and part[:1] == ["text"]
                else part
                for part in parts
            ]
        return parts

    def _renamed_options(self) -> dict[str, dict[str, str]]:
        """By former item: the options that have another code now."""
        found: dict[str, dict[str, str]] = {}
        for code, former in self.same.items():
            same = matched(self.old[former].options, self.new[code].options)
            renamed = {old: new for new, old in same.items() if old != new}
            if renamed:
                found[former] = renamed
        return found


def _is_words(value: object) -> bool:
    return (
        isinstance(value, Mapping) and bool(value) and all(isinstance(part, str) for part in value.values())
    )

"""Cross-checks of what hangs on the indicators: items below them, a perspective beside them, a superior's list above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.content.checking import Checks


def check_gaps(checks: Checks) -> None:
    """Every indicator is asked somewhere; every perspective and every line of the superior's list is covered."""
    framework = checks.value
    asked = asked_indicators(framework)
    for at, indicator in enumerate(framework["indicators"]):
        if indicator["id"] not in asked:
            checks.add("indicator_empty", ("indicators", at), indicator=indicator["id"])
    _perspectives(checks)
    _lineage(checks)


def asked_indicators(framework: Mapping[str, Any]) -> set[str]:
    """The indicators that have items in at least one evaluator group."""
    return {
        code for tree in framework["groups"].values() for part in tree.values() for code in part["indicators"]
    }


def _perspectives(checks: Checks) -> None:
    perspectives = checks.value.get("perspectives", [])
    checks.unique(perspectives, "id", ("perspectives",))
    known = {perspective["id"] for perspective in perspectives}
    used = set()
    for at, indicator in enumerate(checks.value["indicators"]):
        named = indicator.get("perspective")
        if named is not None:
            checks.known("perspective", named, known, ("indicators", at, "perspective"))
            used.add(named)
        elif known:
            checks.add("perspective_missing", ("indicators", at), indicator=indicator["id"])
    for at, perspective in enumerate(perspectives):
        if perspective["id"] not in used:
            checks.add("perspective_empty", ("perspectives", at), perspective=perspective["id"])


def _lineage(checks: Checks) -> None:
    above = checks.value.get("superior", {}).get("indicators", [])
    checks.unique(above, "id", ("superior", "indicators"))
    known = {line["id"]: line for line in above}
    covered: set[str] = set()
    for at, indicator in enumerate(checks.value["indicators"]):
        named = indicator.get("lineage", [])
        checks.all_known("superior", named, known, ("indicators", at, "lineage"))
        covered.update(named)
    for at, line in enumerate(above):
        is_covered, is_left_out = line["id"] in covered, "not_covered" in line
        if is_covered == is_left_out:
            code = "superior_contradiction" if is_covered else "superior_uncovered"
            checks.add(code, ("superior", "indicators", at), value=line["id"])

"""The rules of the diff: of each field of an item, option or section, what class a change of it has and what it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ChangeClass = Literal[
    "wording", "translation", "code", "type", "scale", "logic", "order", "presentation", "organisation"
]


@dataclass(frozen=True, slots=True)
class Rule:
    """The class of a change, and why it ends the comparison with earlier waves; None where it does not."""

    kind: ChangeClass
    breaks: str | None = None


_NOT: ChangeClass = "presentation"
ITEM_RULES: Mapping[str, Rule] = {
    "text": Rule("wording", "wording"),
    "help": Rule("wording"),
    "note": Rule("wording"),
    "interviewer_note": Rule("wording"),
    "required_message": Rule("wording"),
    "constraint_message": Rule("wording"),
    "pattern_message": Rule("wording"),
    "purpose": Rule("wording"),
    "low_label": Rule("scale", "scale"),
    "high_label": Rule("scale", "scale"),
    "kind": Rule("type", "type"),
    "value": Rule("type", "type"),
    "form": Rule("scale", "scale"),
    "unit": Rule("scale", "scale"),
    "currency": Rule("scale", "scale"),
    "decimals": Rule("scale"),
    "time_parts": Rule("scale", "scale"),
    "level": Rule("scale", "scale"),
    "precision": Rule("scale", "scale"),
    "scale": Rule("scale"),
    "shown_if": Rule("logic", "base"),
    "groups": Rule("logic", "base"),
    "calculation": Rule("logic", "calculation"),
    "choice_filter": Rule("logic", "options"),
    "min_choices": Rule("logic", "options"),
    "max_choices": Rule("logic", "options"),
    "max_units": Rule("logic"),
    "required": Rule("logic"),
    "required_if": Rule("logic"),
    "constraint": Rule("logic"),
    "soft": Rule("logic"),
    "low": Rule("logic"),
    "high": Rule("logic"),
    "low_from": Rule("logic"),
    "high_from": Rule("logic"),
    "pattern": Rule("logic"),
    "format": Rule("logic"),
    "max_chars": Rule("logic"),
    "default": Rule("logic"),
    "prefill": Rule("logic"),
    "read_only": Rule("logic"),
    "private": Rule("logic"),
    "declines": Rule("logic"),
    "screen_out": Rule("logic"),
    "contact_fields": Rule("logic"),
    "media": Rule("logic"),
    "max_mb": Rule("logic"),
    "weight": Rule("organisation"),
    "criterion": Rule("organisation"),
    "integrity": Rule("organisation"),
    "quasi_identifier": Rule("organisation"),
    "order": Rule(_NOT),
    "random_order": Rule(_NOT),
    "appearance": Rule(_NOT),
    "lines": Rule(_NOT),
    "cascade": Rule(_NOT),
    "is_shown": Rule(_NOT),
    "battery": Rule(_NOT),
    "row": Rule(_NOT),
    "column": Rule(_NOT),
}
# The bounds and steps of a slider are its scale; of a number they only refuse what is out of the question.
SLIDER_RULES: Mapping[str, Rule] = {
    **ITEM_RULES,
    **dict.fromkeys(("low", "high", "step"), Rule("scale", "scale")),
}
# Said elsewhere: options one by one, codes as renamings, the rest follows from these.
IGNORED_IN_ITEMS = frozenset({"code", "was", "options", "list_name", "other_of", "other_code", "step"})
OPTION_RULES: Mapping[str, Rule] = {
    "text": Rule("wording", "options"),
    "missing": Rule("scale", "options"),
    "exclusive": Rule("logic", "options"),
    "screen_out": Rule("logic"),
    "other": Rule("logic"),
    "opens": Rule("logic"),
    "columns": Rule("logic"),
    "interviewer_only": Rule("logic"),
    "analysis_only": Rule("organisation"),
    "fixed": Rule(_NOT),
}
IGNORED_IN_OPTIONS = frozenset({"code", "was"})
SECTION_RULES: Mapping[str, Rule] = {
    "title": Rule("wording"),
    "intro": Rule("wording"),
    "shown_if": Rule("logic", "base"),
    "repeat": Rule("logic", "type"),
    "loop": Rule("logic", "base"),
    "together": Rule(_NOT),
    "shuffle": Rule(_NOT),
}
PROGRAM_RULES: Mapping[str, Rule] = {
    "title": Rule("wording"),
    "consent": Rule("wording"),
    "closing": Rule("wording"),
    "reference_period": Rule("wording", "wording"),
    "languages": Rule("translation"),
    "modes": Rule("organisation"),
    "min_age": Rule("logic", "base"),
    "evaluator_groups": Rule("organisation"),
    "unit_of_answer": Rule("organisation"),
    "context_fields": Rule("organisation"),
    "estimated_minutes": Rule("organisation"),
    "random_direction": Rule(_NOT),
    "legal": Rule("organisation"),
    "organisers": Rule("organisation"),
    "mandated": Rule("organisation"),
    "quotas": Rule("logic"),
}
# Why a series breaks, in words that a reader of the published series understands.
REASONS: Mapping[str, Mapping[str, str]] = {
    "wording": {"zh": "题目措辞改变", "en": "the wording of the question changed"},
    "stem": {"zh": "题组的题干改变", "en": "the stem of the battery changed"},
    "type": {"zh": "题型改变", "en": "the type of the question changed"},
    "scale": {"zh": "量表或单位改变", "en": "the scale or unit changed"},
    "options": {"zh": "选项改变", "en": "the options changed"},
    "base": {"zh": "回答这道题的人群改变", "en": "other people are asked"},
    "calculation": {"zh": "计算公式改变", "en": "the calculation changed"},
    "added": {"zh": "新增", "en": "new in this version"},
    "removed": {"zh": "删除", "en": "removed in this version"},
}

"""The settings of one question: which of them say something, which were used, and what remains to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from survey.instrument.exchange.limesurvey.model import Question, Texts

# What stands in nearly every file and means that a setting is not used.
_NEUTRAL = frozenset({"", "0", "N", "default", "normal"})
# Settings whose value at rest is another one.
_AT_REST: Mapping[str, frozenset[str]] = {
    "assessment_value": frozenset({"1"}),
    "display_columns": frozenset({"1"}),
    "fix_height": frozenset({"200"}),
    "keep_aspect": frozenset({"1"}),
    "location_mapheight": frozenset({"300"}),
    "location_mapwidth": frozenset({"500"}),
    "location_mapzoom": frozenset({"11"}),
    "max_filesize": frozenset({"10240"}),
    "max_num_of_files": frozenset({"1"}),
    "page_break": frozenset({"1"}),
    "samechoiceheight": frozenset({"1"}),
    "samelistheight": frozenset({"1"}),
    "show_comment": frozenset({"1"}),
    "show_title": frozenset({"1"}),
    "show_totals": frozenset({"X"}),
    "showpopups": frozenset({"1"}),
    "statistics_showgraph": frozenset({"1"}),
    "time_limit_action": frozenset({"1"}),
}
# Left over from an upgrade of the database; the columns of the question say the same.
_DUPLICATES = frozenset({"relevance", "question_template", "printable_help"})
_LOOK_NAMES = """
    alphasort answer_order answer_width answer_width_bycolumn array_filter_style category_separator
    choice_input_columns choice_title crop_or_resize cssclass display_columns display_rows
    display_type dropdown_prefix dropdown_prepostfix dropdown_separators dropdown_size fix_height
    fix_width hide_tip horizontal_scroll input_boxes input_size keep_aspect label_input_columns
    location_mapheight location_mapwidth location_mapzoom other_position other_position_code
    page_break placeholder prefix printable_help public_statistics repeat_headings reverse
    samechoiceheight samelistheight scale_export show_grand_total show_totals showpopups
    slider_custom_handle slider_handle slider_layout slider_middlestart slider_orientation
    slider_rating slider_reset slider_reversed slider_separator slider_showminmax
    statistics_graphtype statistics_showgraph statistics_showmap subquestion_order subquestion_width
    suffix text_input_columns text_input_width thousand_separator use_dropdown use_image_picker
"""
_REASONS: Mapping[str, str] = {
    "array_filter": "filter_options",
    "array_filter_exclude": "filter_options",
    "equals_num_value": "sum_bound",
    "min_num_value": "sum_bound",
    "max_num_value": "sum_bound",
    "min_num_value_sgqa": "sum_bound",
    "max_num_value_sgqa": "sum_bound",
    "num_value_equals_sgqa": "sum_bound",
    "multiflexible_min": "bound_lost",
    "multiflexible_max": "bound_lost",
    "min_answers": "computed_limit",
    "max_answers": "computed_limit",
}
_LOOKS = frozenset(_LOOK_NAMES.split())


class Kept(NamedTuple):
    """A setting that nothing here has used; ``tag`` is set where it depends on the language."""

    name: str
    tag: str
    value: str

    @property
    def key(self) -> str:
        """Its name among what is kept for the way back."""
        return f"attribute {self.name} {self.tag}".rstrip()

    @property
    def reason(self) -> str:
        """Why it has no effect."""
        if self.name.startswith("time_limit"):
            return "timer"
        if self.name in _REASONS:
            return _REASONS[self.name]
        return "presentation" if self.name in _LOOKS else "behaviour"


class Attributes:
    """The settings of a question; what is taken is counted as carried over."""

    def __init__(self, question: Question) -> None:
        self._plain = dict(question.attributes)
        self._words: dict[str, Texts] = {name: dict(texts) for name, texts in question.words.items()}

    def take(self, name: str) -> str:
        """A setting that is used; "" where it is absent or at rest."""
        value = self._plain.pop(name, "")
        return "" if _is_at_rest(name, value) else value

    def take_any(self, name: str) -> str:
        """A setting that is used, whatever it is: a bound may be 0."""
        return self._plain.pop(name, "").strip()

    def peek(self, name: str) -> str:
        """A setting that stays among those that are kept."""
        return self._plain.get(name, "")

    def take_words(self, name: str, languages: tuple[str, ...]) -> Texts:
        """A setting that depends on the language; one written without a language holds for all."""
        texts = self._words.pop(name, {})
        plain = self._plain.pop(name, "")
        return texts or (dict.fromkeys(languages, plain) if plain and not _is_at_rest(name, plain) else {})

    def flag(self, name: str) -> bool:
        """Whether a setting that is used is switched on."""
        return self.take(name) in ("1", "Y")

    def give_back(self, name: str, value: str) -> None:
        """Keep a setting after all, because what it says has no counterpart."""
        self._plain[name] = value

    def rest(self) -> Iterator[Kept]:
        """Every setting that says something and was not used."""
        for name, value in self._plain.items():
            if not _is_at_rest(name, value) and name not in _DUPLICATES:
                yield Kept(name, "", value)
        for name, texts in self._words.items():
            for tag, value in texts.items():
                if not _is_at_rest(name, value):
                    yield Kept(name, tag, value)


def _is_at_rest(name: str, value: str) -> bool:
    return value.strip() in _AT_REST.get(name, frozenset()) | _NEUTRAL

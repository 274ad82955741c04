"""Says answers in words, for texts that name them: ``${name}`` and the name of the unit or turn at hand."""

from __future__ import annotations

from survey.instrument.computing import computed_text
from survey.instrument.markup import escape
from survey.instrument.path import Reach
from survey.instrument.piping import filled, has_holes
from survey.instrument.program import MISSING_MARK, Item, Page, Words
from survey.instrument.state import answer_key, codes_of

_JOINS = {"zh": "、", "ja": "、"}


class Speaker:
    """Fills the holes in the texts of one page for one respondent."""

    def __init__(self, reach: Reach, page: Page | None, unit: str | None) -> None:
        self.reach, self.page, self.unit = reach, page, unit
        self.program, self.state = reach.program, reach.state
        self._turn: Words | None = None
        self._turn_known = False

    def fill(self, words: Words) -> Words:
        """The words with every hole filled in; what somebody typed never turns into markup."""
        if not has_holes(words):
            return words
        return filled(words, turn=self.turn(), speak=lambda name, language: escape(self.say(name, language)))

    def turn(self) -> Words | None:
        """The name of the unit, the commitment or the turn that the page is about."""
        if not self._turn_known:
            self._turn, self._turn_known = self._named(), True
        return self._turn

    def say(self, name: str, language: str) -> str:
        """An answer as words in a language; nothing where it is missing or no longer asked."""
        place = self.program.places.get(name)
        if place is None:
            value = self.state.context.get(name)
            return value if isinstance(value, str) else ""
        unit = self.unit if place.page.repeat is not None else None
        if not self.reach.is_asked(place.item, unit):
            return ""
        if place.item.kind == "computed":
            return computed_text(self.reach, place.item, unit) or ""
        codes = codes_of(self.state.answers.get(answer_key(name, unit)))
        join = _JOINS.get(language.partition("-")[0], ", ")
        return join.join(self._label(place.item, code, unit, language) for code in codes)

    def _label(self, item: Item, code: str, unit: str | None, language: str) -> str:
        if item.level is not None:
            area = self.program.area_codes.get(item.level, {}).get(code)
            return _in(area.words, language) if area else code
        option = item.options_by_code.get(
            code.removeprefix(MISSING_MARK) if item.value_type != "code" else code
        )
        if option is None:
            return code
        if option.other:
            text = self.program.other_texts.get((item.code, code))
            written = self.state.answers.get(answer_key(text.code, unit)) if text else None
            if isinstance(written, str) and written:
                return written
        return _in(option.text, language)

    def _named(self) -> Words | None:
        if self.unit is None or self.page is None:
            return None
        if self.page.repeat != "loop":
            unit = self.program.units_by_code.get(self.unit)
            return {"": self.unit} if unit is None else unit.words
        loop = self.program.loops_by_code[self.page.loop or ""]
        base = {language: self._base(loop.over, loop.rows, language) for language in self.program.languages}
        if loop.label is None:
            return base
        label = {
            language: text if "{loop}" in text else f"{text} {{loop}}"
            for language, text in loop.label.items()
        }
        return filled(label, turn=base, speak=lambda name, language: escape(self.say(name, language)))

    def _base(self, over: str | None, rows: str | None, language: str) -> str:
        assert self.unit is not None
        if over is not None:
            return escape(self._label(self.program.places[over].item, self.unit, None, language))
        if rows is not None:
            text = self.state.answers.get(f"{rows}_{self.unit}")
            return escape(text) if isinstance(text, str) else self.unit
        return self.unit


def _in(words: Words, language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")

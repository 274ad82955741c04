"""Writes one item of an instrument as a question of LimeSurvey: what all types share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.instrument.exchange.limesurvey.model import Answer, Question, Subquestion, Texts
from survey.instrument.exchange.limesurvey.names import LS_OTHER
from survey.instrument.exchange.limesurvey.out import Out, Part, kept_of, label_of, plain_words
from survey.instrument.exchange.limesurvey.variables import Variable, VariableType
from survey.instrument.exchange.limesurvey.words import built_in
from survey.instrument.problems import Where

_OPTION_NOWHERE = (
    *("screen_out", "missing", "analysis_only", "opens", "interviewer_only", "skip_to_end_of_block"),
)


class ItemWriter:
    """One item on its way out. Texts are written when the names of all items are known."""

    def __init__(self, out: Out, item: Part, section: str) -> None:
        self.out, self.item, self.kept = out, item, kept_of(item)
        self.name, self.section = str(item.get("id", "")), section
        title = out.title(self.name, self.kept, self.where("id"))
        self.question = Question(qid=out.free_qid(self.kept), type="T", title=title)
        self.type: VariableType = "text"
        self._later: list[tuple[Answer | Subquestion, object]] = []
        self._later_words: list[tuple[str, Texts]] = []

    def where(self, field: str | None = None) -> Where:
        """The place in the document."""
        return Where(section=self.section, item=self.name, field=field)

    def note(self, what: object, reason: str, field: str | None = None) -> None:
        """List what has no place there."""
        self.out.note(self.where(field), str(what), reason)

    @property
    def had(self) -> str:
        """The type that the question had in the file it came from."""
        return str(self.kept.get("type", ""))

    def register(self, suffix: str = "", ours: str = "", **parts: Any) -> None:  # Any: fields of a variable
        """Note the name of a variable there and here."""
        kind = parts.pop("type", self.type)
        spelled = f"{self.question.title.strip()}{suffix}"
        self.out.variables.register(Variable(name=f"{self.name}{ours}", type=kind, **parts), spelled)

    def written_options(self, owner: Part, field: str = "options") -> list[Part]:
        """The options as written at the item, in a list, or in a shared scale."""
        if isinstance(owner.get("list"), str):
            lists = self.out.document.get("lists")
            listed = lists.get(owner["list"]) if isinstance(lists, Mapping) else None
            if not str(owner["list"]).startswith("list_"):
                self.note(owner["list"], "out_list", field)
            return mappings(listed)
        if "options" in owner:
            return mappings(owner["options"])
        return self._scale(owner["scale"]) if isinstance(owner.get("scale"), str) else []

    def _scale(self, name: str) -> list[Part]:
        """The points of a shared scale from best to worst, and its special codes."""
        scales, special = self.out.scales.get("scales"), self.out.scales.get("special_codes")
        points = scales.get(name) if isinstance(scales, Mapping) else None
        if not isinstance(points, Mapping):
            self.note(name, "out_scale", "scale")
            return []
        self.note(name, "out_list", "scale")
        found: list[Part] = [
            {"code": str(code), "text": text} for code, text in sorted(points.items(), key=_last_first)
        ]
        if isinstance(special, Mapping):
            codes = [code for code in special if str(code) != "98" or self.item.get("na")]
            found += [{"code": str(code), "text": special[code]} for code in codes]
        return found

    def answers(self, owner: Part, scale: int = 0, *, field: str = "options") -> list[Part]:
        """Write the options of a scale as answers; "other" is a switch of the question instead."""
        found = self.written_options(owner, field)
        for option in found:
            self.note_option(option, field)
            if option.get("other") and self.item.get("type") == "single":
                continue
            kept = kept_of(option)
            code = str(kept.get("code", option.get("code", "")))
            answer = Answer(code=code, scale=scale, assessment=str(kept.get("assessment", "0")))
            self.add_answer(answer, label_of(option))
        return found

    def add_answer(self, answer: Answer, words: object) -> None:
        """Write one answer option."""
        self.question.answers.append(answer)
        self._later.append((answer, words))

    def note_option(self, option: Part, field: str) -> None:
        """List what an option says that has no place there."""
        for name in _OPTION_NOWHERE:
            if option.get(name):
                self.note(f"{option.get('code')}: {name}", "out_field", field)
        if option.get("fixed") and not option.get("other"):
            self.note(f"{option.get('code')}: fixed", "out_field", field)

    def rows(self, parts: object, scale: int = 0, *, field: str = "rows") -> list[tuple[str, str]]:
        """Write sub-questions; the code of each here and there."""
        known = mappings(parts)
        titles = self.out.row_titles(known, self.where(field))
        found = []
        for at, (part, title) in enumerate(zip(known, titles, strict=True)):
            row = Subquestion(qid=f"{scale}:{at}", title=title, scale=scale)
            row.own = str(kept_of(part).get("relevance", ""))
            self.question.subquestions.append(row)
            self._later.append((row, label_of(part)))
            found.append((str(part.get("code", "")), title.strip()))
        return found

    def other(self, option: Part) -> None:
        """Write the answer "other", with words of its own where it has any."""
        self.question.other = True
        code = str(option.get("code", "other"))
        if code != "other":
            self.note(f"{code} → {LS_OTHER}", "out_name", "options")
        self.own_words("other_replace_text", label_of(option), built_in("other", self.out.languages))
        self.register("_other", f"_{code}_text", type="text")

    def own_words(self, attribute: str, words: object, usual: Mapping[str, str]) -> None:
        """A setting that depends on the language, where it differs from what is usual."""
        texts = plain_words(words, self.out.languages)
        own = {tag: text for tag, text in texts.items() if text != usual.get(tag)}
        self._later_words.append((attribute, own))

    def bounds(self, *pairs: tuple[str, str]) -> None:
        """Limits that are whole numbers."""
        for field, attribute in pairs:
            value = self.item.get(field)
            if isinstance(value, int) and not isinstance(value, bool):
                self.question.attributes[attribute] = str(value)

    def write_words(self) -> None:
        """Write the texts of options and rows."""
        for part, words in self._later:
            part.texts = self.out.texts(words)
        for attribute, texts in self._later_words:
            if texts:
                self.question.words[attribute] = self.out.texts(texts)


def mappings(raw: object) -> list[Part]:
    """The members of a list that can be parts of a document."""
    return [part for part in raw if isinstance(part, Mapping)] if isinstance(raw, list) else []


def plain(value: object) -> str:
    """A number as LimeSurvey writes it."""
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _last_first(pair: tuple[object, object]) -> float:
    text = str(pair[0])
    return -float(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else 0.0

"""Reads one question of a Qualtrics file into an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from survey.instrument.exchange.cleaning import clean_html
from survey.instrument.exchange.limesurvey.names import free_name, option_code, row_code
from survey.instrument.exchange.qsf_json import Payload, as_mapping, language_tag, members, string
from survey.instrument.exchange.qsf_logic import Known

Fields = dict[str, Any]  # Any: a part of an instrument document
Note = Callable[[str, str], None]
_PIPED = re.compile(r"\$\{(q|e|m|lm|rand|date)://([^{}]{1,200})\}")
_ONE = frozenset({"SAVR", "SAHR", "SACOL", "DL", "SB"})
_SEVERAL = frozenset({"MAVR", "MAHR", "MACOL", "MSB"})
_DIGITS = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?\Z")
# Nothing that a respondent answers or reads.
LEFT_OUT = frozenset({"Meta", "Timing", "Captcha"})


class QuestionReader:
    """One question; ``names`` are the items of questions by id, as far as they have been named."""

    def __init__(
        self, payload: Payload, *, languages: Sequence[str], names: Mapping[str, str], note: Note
    ) -> None:
        self.payload, self.languages, self.names, self.note = payload, languages, names, note
        self.kind, self.selector = string(payload.get("QuestionType")), string(payload.get("Selector"))
        self.settings = as_mapping(as_mapping(payload.get("Validation")).get("Settings"))
        self.translations = {
            language_tag(code): as_mapping(words)
            for code, words in as_mapping(payload.get("Language")).items()
        }

    def read(self, name: str) -> tuple[Fields, Known]:
        """The item, and what conditions may ask of it."""
        fields, codes, rows = self._fields()
        item = {"id": name, "text": self.words("QuestionText"), **fields, "required": self._required(fields)}
        if self.payload.get("QuestionJS"):
            self.note("QuestionJS", "script")
        item = {field: value for field, value in item.items() if value not in (None, "", {}, [])}
        return item, Known(name=name, kind=item["type"], codes=codes, rows=rows)

    def text(self, raw: object) -> str:
        """One text: HTML cleaned, piped answers as placeholders."""

        def piped(found: re.Match[str]) -> str:
            qid = found[2].split("/")[0]
            if found[1] == "q" and qid in self.names:
                return f"${{{self.names[qid]}}}"
            self.note(found[0], "piped")
            return f"[{found[2]}]"

        cleaned = clean_html(_PIPED.sub(piped, string(raw)))
        for dropped in cleaned.dropped:
            self.note(dropped, "markup")
        return cleaned.text

    def words(self, field: str) -> dict[str, str]:
        """A text of the question in all languages."""
        found = {self.languages[0]: self.text(self.payload.get(field))}
        found |= {
            tag: self.text(words.get(field))
            for tag, words in self.translations.items()
            if tag in self.languages
        }
        return {tag: text for tag, text in found.items() if text}

    def _display(self, group: str, key: str) -> dict[str, str]:
        found = {
            self.languages[0]: self.text(
                as_mapping(as_mapping(self.payload.get(group)).get(key)).get("Display")
            )
        }
        for tag, words in self.translations.items():
            if tag in self.languages:
                found[tag] = self.text(as_mapping(as_mapping(words.get(group)).get(key)).get("Display"))
        return {tag: text for tag, text in found.items() if text}

    def _ordered(self, group: str, order: str) -> list[tuple[str, Payload]]:
        """The choices or answers in the order in which they are shown."""
        known = self.payload.get(group)
        if isinstance(known, list):
            known = {str(at): part for at, part in enumerate(known)}
        parts = as_mapping(known)
        wanted = [string(key) for key in members(self.payload.get(order))]
        keys = [key for key in wanted if key in parts] + [key for key in parts if key not in wanted]
        return [(key, as_mapping(parts[key])) for key in dict.fromkeys(keys)]

    def options(
        self, group: str = "Choices", order: str = "ChoiceOrder"
    ) -> tuple[list[Fields], dict[str, str]]:
        """Options, and the code of each by its key in the file."""
        recoded = as_mapping(self.payload.get("RecodeValues"))
        found: list[Fields] = []
        codes: dict[str, str] = {}
        for key, part in self._ordered(group, order):
            code = free_name(option_code(string(recoded.get(key)) or key, fallback="o"), codes.values())
            codes[key] = code
            option: Fields = {"code": code, "text": self._display(group, key)}
            if string(part.get("TextEntry")).lower() == "true" or part.get("TextEntry") is True:
                option["other"] = True
            if part.get("ExclusiveAnswer") is True or string(part.get("ExclusiveAnswer")).lower() == "true":
                option["exclusive"] = True
            found.append(option)
        return found, codes

    def rows(self, group: str = "Choices", order: str = "ChoiceOrder") -> tuple[list[Fields], dict[str, str]]:
        """Rows or columns, and the code of each by its key in the file."""
        found: list[Fields] = []
        codes: dict[str, str] = {}
        for key, _ in self._ordered(group, order):
            codes[key] = free_name(row_code(key, fallback="r"), codes.values())
            found.append({"code": codes[key], "text": self._display(group, key)})
        return found, codes

    def _required(self, fields: Fields) -> bool | None:
        if (
            string(self.settings.get("ForceResponse")) in ("ON", "RequestResponse")
            and fields["type"] != "note"
        ):
            return True
        return None

    def _fields(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        make = {
            "MC": self._choice,
            "Matrix": self._matrix,
            "TE": self._typed,
            "Slider": self._slider,
            "RO": self._ranking,
            "CS": self._sum,
            "DB": self._display_only,
            "FileUpload": self._file,
        }.get(self.kind)
        if make is None:
            self.note(f"{self.kind} {self.selector}", "type")
            return self._display_only()
        return make()

    def _choice(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        options, codes = self.options()
        if self.selector == "NPS":
            return {"type": "nps"}, {str(point): str(point) for point in range(11)}, {}
        order = "random" if as_mapping(self.payload.get("Randomization")).get("Type") == "All" else None
        if self.selector in _SEVERAL:
            limits = {
                field: self._whole(name)
                for field, name in (("min_choices", "MinChoices"), ("max_choices", "MaxChoices"))
            }
            return {"type": "multi", "options": options, "order": order, **limits}, codes, {}
        if self.selector not in _ONE:
            self.note(f"MC {self.selector}", "nearest")
        for option in options:
            option.pop("exclusive", None)
        appearance = "dropdown" if self.selector in ("DL", "SB") else None
        return {"type": "single", "options": options, "order": order, "appearance": appearance}, codes, {}

    def _whole(self, name: str) -> int | None:
        value = string(self.settings.get(name))
        return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None

    def _matrix(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        rows, row_codes = self.rows()
        if self.selector == "TE":
            columns, _ = self.rows("Answers", "AnswerOrder")
            return {"type": "battery", "of": "text", "rows": rows, "columns": columns}, {}, row_codes
        options, codes = self.options("Answers", "AnswerOrder")
        for option in options:
            option.pop("other", None)
        if self.selector not in ("Likert", "DL", "Bipolar"):
            self.note(f"Matrix {self.selector}", "nearest")
        of = "multi" if string(self.payload.get("SubSelector")).startswith("Multiple") else "single"
        return {"type": "battery", "of": of, "rows": rows, "options": options}, codes, row_codes

    def _typed(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        if self.selector == "FORM":
            rows, codes = self.rows()
            return {"type": "texts", "rows": rows}, {}, codes
        content = string(self.settings.get("ContentType"))
        if content == "ValidNumber":
            inner = as_mapping(self.settings.get("ValidNumber"))
            return (
                {"type": "number", "min": number(inner.get("Min")), "max": number(inner.get("Max"))},
                {},
                {},
            )
        if content == "ValidDate":
            return {"type": "date"}, {}, {}
        formats = {"ValidEmail": "email", "ValidPhone": "phone", "ValidURL": "url"}
        if content and content not in formats:
            self.note(content, "validation")
        lines = {"ML": 5, "ESTB": 10}.get(self.selector)
        most = self._whole("MaxChars") or (5_000 if lines else None)
        return {"type": "text", "lines": lines, "max_chars": most, "format": formats.get(content)}, {}, {}

    def _slider(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        setup = as_mapping(self.payload.get("Configuration"))
        low, high = number(setup.get("CSSliderMin")), number(setup.get("CSSliderMax"))
        bounds = {"min": 0 if low is None else low, "max": 100 if high is None else high}
        rows, codes = self.rows()
        if len(rows) <= 1:
            return {"type": "slider", **bounds}, {}, {}
        self.note("Slider", "nearest")
        return {"type": "battery", "of": "number", "rows": rows, **bounds}, {}, codes

    def _ranking(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        options, codes = self.options()
        for option in options:
            option.pop("other", None)
        return {"type": "ranking", "options": options}, codes, {}

    def _sum(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        rows, codes = self.rows()
        total = number(self.settings.get("ChoiceTotal"))
        if not total or total <= 0:
            return {"type": "battery", "of": "number", "rows": rows, "min": 0}, {}, codes
        return {"type": "allocation", "rows": rows, "total": total}, {}, codes

    def _display_only(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        return {"type": "note"}, {}, {}

    def _file(self) -> tuple[Fields, Mapping[str, str], Mapping[str, str]]:
        return {"type": "file", "media": "any"}, {}, {}


def number(raw: object) -> int | float | None:
    """A number as it stands in a document."""
    text = string(raw).strip()
    if not _DIGITS.match(text):
        return None
    return float(text) if "." in text else int(text)

"""The choices sheet of a form that is being written: named lists, and lists made for single items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.instrument.exchange.patches import same
from survey.instrument.exchange.xlsform.cells import OutRow, OutSheet, Part, Speech, foreign, parts
from survey.instrument.exchange.xlsform.lists import OTHER_SUFFIX, other_list

_TEXT_FIELDS = frozenset({"code", "text", "foreign"})


class ListRows:
    """Writes lists and says under which name an item finds its own."""

    def __init__(self, document: Part, sheet: OutSheet, speech: Speech, *, scales: Part | None) -> None:
        raw = document.get("lists")
        self._lists: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}  # Any: lists of a document
        self._languages = [str(tag) for tag in document.get("languages") or ()]
        self._sheet, self._speech = sheet, speech
        self._scales = scales or {}
        self._written: set[str] = set()
        self._duplicates = False

    def write_named(self) -> None:
        """All lists of the document, but those that a form writes as “or_other”."""
        for name, lines in self._lists.items():
            if self.base_of(name) is None:
                self._write(str(name), list(parts(lines)))

    def has_duplicates(self) -> bool:
        """Whether any list holds a code twice, which a form must be told."""
        return self._duplicates

    def base_of(self, name: str) -> str | None:
        """The list to which this one only adds an “other”."""
        base = name.removesuffix(OTHER_SUFFIX)
        if base == name or base not in self._lists:
            return None
        made = other_list([dict(line) for line in parts(self._lists[base])], self._languages)
        return base if same(made, self._lists[name]) else None

    def known(self, name: object) -> bool:
        """Whether the document has a list of that name, with at least one line."""
        return isinstance(name, str) and bool(parts(self._lists.get(name)))

    def own(self, item: Part) -> tuple[str, str] | None:
        """Write the options that stand in an item; the name of the list and how the item says them."""
        options = list(parts(item.get("options")))
        how = "inline"
        if not options and isinstance(item.get("scale"), str):
            options, how = _scale_options(self._scales, item["scale"]), "shared"
        if not options or not all("code" in option for option in options):
            return None
        if how == "inline" and not any("text" in option for option in options):
            how = "beside"
        name = str(item.get("id", "list"))
        while name in self._written or name in self._lists:
            name += "_options"
        self._write(name, [self._with_text(option) for option in options] if how == "beside" else options)
        return name, how

    def lines(self, item: Part) -> list[Part]:
        """The options of an item, wherever they stand."""
        name = item.get("list")
        return list(parts(self._lists.get(str(name)) if self.known(name) else item.get("options")))

    def _with_text(self, option: Part) -> dict[str, Any]:  # Any: an option is JSON
        """An option of format 1 with its texts where the others have them."""
        rest = {name: value for name, value in option.items() if name not in self._languages}
        return {**rest, "text": {tag: option[tag] for tag in self._languages if tag in option}}

    def _write(self, name: str, lines: list[Part]) -> None:
        self._written.add(name)
        codes = [str(line.get("code", "")) for line in lines]
        self._duplicates = self._duplicates or len(set(codes)) < len(codes)
        for line, code in zip(lines, codes, strict=True):
            kept = foreign(line)
            row = OutRow(cells={"list_name": name, "name": kept.get("name") or code or "-"}, part=line)
            self._speech.put_words(row, "label", line.get("text"))
            for header, value in line.items():
                if header not in _TEXT_FIELDS and isinstance(value, str):
                    row.put(header, value)
            for header, value in kept.items():
                if header != "name":
                    row.put(header, value)
            self._sheet.add(row)


def _scale_options(scales: Part, name: str) -> list[Part]:
    """The points of a shared scale from best to worst, then what people may say instead."""
    table, special = scales.get("scales"), scales.get("special_codes")
    points = table.get(name) if isinstance(table, Mapping) else None
    if not isinstance(points, Mapping):
        return []
    codes = sorted(map(str, points), key=lambda code: (len(code), code), reverse=True)
    labels = {str(code): words for code, words in points.items()}
    asides = {str(code): words for code, words in special.items()} if isinstance(special, Mapping) else {}
    shown = [code for code, words in asides.items() if not words.get("interviewer_only")]
    return [
        {"code": code, "text": {tag: text for tag, text in words.items() if isinstance(text, str)}}
        for code, words in [
            *((code, labels[code]) for code in codes),
            *((code, asides[code]) for code in shown),
        ]
        if isinstance(words, Mapping)
    ]

"""What is at hand while a document is written for LimeSurvey: codes, ids, names, and the list of what has no place there."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.drafts.conditions import read_condition
from survey.instrument.exchange.limesurvey.html import write_text
from survey.instrument.exchange.limesurvey.item import is_ls_code, is_ls_row
from survey.instrument.exchange.limesurvey.names import is_id, item_name, option_code, row_code
from survey.instrument.exchange.limesurvey.reasons import REASONS
from survey.instrument.exchange.limesurvey.rewrite import Place, rewrite_value
from survey.instrument.exchange.limesurvey.script import ScriptError
from survey.instrument.exchange.limesurvey.variables import Variable, Variables
from survey.instrument.exchange.limesurvey.write_script import write_node
from survey.instrument.exchange.report import NotCarried
from survey.instrument.expression import parse
from survey.instrument.problems import Findings, Where, shorten

Part = Mapping[str, Any]  # Any: a part of an instrument document
_MAX_CODE = 20
# Names that mean something to LimeSurvey itself.
_RESERVED = frozenset(
    ["lang", "sid", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this", "time"]
)


@dataclass(kw_only=True)
class Out:
    """One export under way."""

    document: Part
    languages: tuple[str, ...]
    default_language: str
    variables: Variables = field(default_factory=Variables)
    scales: Part = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    inlined: dict[str, str] = field(default_factory=dict)
    rows: list[NotCarried] = field(default_factory=list)
    qids: set[str] = field(default_factory=set)
    last_qid: int = 0

    def note(self, where: Where, what: str, reason: str) -> None:
        """List what has no place in the file."""
        row = NotCarried(where=where, what=shorten(what), reason=REASONS[reason])
        if row not in self.rows[-50:]:
            self.rows.append(row)

    def place(self, this: Variable | None = None) -> Place:
        """Where an expression of the document stands."""
        return Place(variables=self.variables, this=this, dot=this is not None, inlined=self.inlined)

    def script(self, raw: object, where: Where, this: Variable | None = None) -> str | None:
        """An expression, or a condition in the older form, as ExpressionScript; listed where that cannot be."""
        if raw is None or raw == "":
            return None
        node = parse(raw).node if isinstance(raw, str) else read_condition(raw, where, Findings())
        written = None if node is None else write_node(node, self.place(this))
        if written is None:
            self.note(where, raw if isinstance(raw, str) else "show_if", "out_expression")
        return written

    def texts(self, words: object) -> dict[str, str]:
        """Texts in all languages as HTML."""
        found = {}
        for tag, text in plain_words(words, self.languages).items():
            found[tag] = write_text(text, self.piped)
        return found

    def piped(self, name: str) -> str | None:
        """What stands in braces for a placeholder."""
        if name in self.inlined:
            return self.inlined[name]
        variable = self.variables.named(name)
        if variable is None or variable.tick is not None or variable.rank is not None:
            return None
        spelled = self.variables.spelling(name)
        return f"{spelled}.shown" if spelled and variable.type == "code" else spelled

    def title(self, name: str, kept: Part, where: Where) -> str:
        """The code of a question: the one it had, else its name as LimeSurvey takes it."""
        had = kept.get("title")
        if isinstance(had, str) and item_name(had, fallback=name) == name:
            self.titles.setdefault(name, had)
            return had
        if _is_free_code(name):
            self.titles.setdefault(name, name)
            return name
        if name not in self.titles:
            self.titles[name] = self._new_title(name)
            if self.titles[name] != name:
                self.note(where, f"{name} → {self.titles[name]}", "out_name")
        return self.titles[name]

    def _new_title(self, name: str) -> str:
        letters = re.sub(r"[^A-Za-z0-9]", "", name)
        stem = letters if letters[:1].isalpha() and letters.lower() not in _RESERVED else f"Q{letters}"
        return free_title(stem, {title.lower() for title in self.titles.values()})

    def row_titles(self, parts: Iterable[Part], where: Where) -> list[str]:
        """The codes of rows, columns or boxes, as LimeSurvey takes them."""
        found: list[str] = []
        known = list(parts)
        wanted = {str(part.get("code", "")) for part in known}
        for part in known:
            code, had = str(part.get("code", "")), kept_of(part).get("title")
            if isinstance(had, str) and code in (row_code(had, fallback=""), option_code(had, fallback="")):
                found.append(had)
            elif is_ls_row(code) and code != "time":
                found.append(code)
            else:
                letters = re.sub(r"[^A-Za-z0-9]", "", code) or "r"
                found.append(free_title(letters, {*(title.lower() for title in found), *wanted}))
                self.note(where, f"{code} → {found[-1]}", "out_name")
        return found

    def reserve(self, items: Iterable[Part]) -> None:
        """Note the ids that questions had, so that no new question is given one of them."""
        for item in items:
            had = kept_of(item).get("qid")
            if is_id(had):
                self.last_qid = max(self.last_qid, int(str(had)))

    def free_qid(self, kept: Part) -> str:
        """The id that a question had, or a new one."""
        had = kept.get("qid")
        if is_id(had) and had not in self.qids:
            self.qids.add(str(had))
            return str(had)
        self.last_qid += 1
        return str(self.last_qid)


def _is_free_code(name: str) -> bool:
    """Whether LimeSurvey takes the name of an item as the code of a question."""
    return is_ls_code(name) and name.lower() not in _RESERVED


def free_title(stem: str, taken: set[str]) -> str:
    """A code of at most 20 characters that is not taken; case does not tell codes apart."""
    short = stem[:_MAX_CODE]
    number = 1
    while short.lower() in taken:
        number += 1
        short = f"{stem[: _MAX_CODE - len(str(number))]}{number}"
    return short


def kept_of(part: object) -> dict[str, Any]:  # Any: plain values
    """What an import kept with a part of the document."""
    foreign = part.get("foreign") if isinstance(part, Mapping) else None
    kept = foreign.get("limesurvey") if isinstance(foreign, Mapping) else None
    return {str(name): value for name, value in kept.items()} if isinstance(kept, Mapping) else {}


def plain_words(words: object, languages: tuple[str, ...]) -> dict[str, str]:
    """The texts of a part by language; in the older form they stand beside its code."""
    if not isinstance(words, Mapping):
        return {}
    return {tag: words[tag] for tag in languages if isinstance(words.get(tag), str) and words[tag]}


def label_of(part: Part) -> object:
    """The text of an option, a row or a column."""
    return part.get("text") if "text" in part else part


def survey_id(name: str) -> str:
    """The number of the survey: the one in the name of an import, else one made from the name."""
    found = re.fullmatch(r"ls([0-9]{1,9})", name)
    if found and int(found[1]) > 0:
        return found[1]
    return str(zlib.crc32(name.encode("utf-8", "replace")) % 900_000 + 100_000)


def inline_scripts(out: Out, items: Iterable[Part]) -> None:
    """Note the computed items that stand for expressions within texts: they go back into the texts."""
    for item in items:
        kept = kept_of(item)
        script = kept.get("inline")
        if item.get("type") != "computed" or not isinstance(script, str):
            continue
        calculation = item.get("calculation")
        try:
            same = rewrite_value(script, out.place()).text == calculation
        except ScriptError:
            same = False
        written = script if same else out.script(calculation, Where(item=str(item.get("id"))))
        if written is not None:
            out.inlined[str(item.get("id"))] = written

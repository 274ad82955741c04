"""Advice on wording, item by item, in Chinese and English; the rules of each language stand in their own module.

Other languages get no advice: a rule that nobody wrote cannot be followed. What is advice stays advice: no finding
here keeps an instrument from being published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from survey.instrument.lint import wording_en, wording_zh
from survey.instrument.lint.scale_wording import check_scale, is_rating, is_yes_or_no
from survey.instrument.lint.wording_rules import WordingRules
from survey.instrument.problems import Problem, Where, shorten
from survey.instrument.program import Item, Page, Program, Words

# Nobody answers these: they only tell something.
_SILENT = frozenset({"note", "consent", "end", "computed", "contact", "file"})
_INSTRUCTION = re.compile(r"[（(][^（）()]*[）)]\s*[?？。.]?\s*$")
_RULES: Mapping[str, WordingRules] = {"zh": wording_zh.RULES, "en": wording_en.RULES}


def rules_of(language: str) -> WordingRules | None:
    """The rules for a language tag: those of its first part."""
    return _RULES.get(language.partition("-")[0].lower())


def check_wording(program: Program) -> tuple[Problem, ...]:
    """All advice on the texts and scales of a program, in the order in which they are asked."""
    found: list[Problem] = []
    seen: set[str] = set()
    for page in program.pages:
        for item in page.items:
            if item.kind in _SILENT or item.declines or item.other_of:
                continue
            # The rows of a battery share a stem and a scale: what is said of those is said once.
            first = item.battery is None or item.battery not in seen
            seen.add(item.battery or item.code)
            for language in program.languages:
                found.extend(_item(program, page, item, language, first=first))
    return tuple(found)


def _item(program: Program, page: Page, item: Item, language: str, *, first: bool) -> Iterator[Problem]:
    rules = rules_of(language)
    if rules is None:
        return
    where = Where(section=page.section, item=item.code, field="text")
    for text in _texts(program, item, language, first=first):
        yield from _text(text, where, language, rules, item=item)
    if first:
        whole = " ".join(_around(program, page, item, language))
        asks = item.kind not in ("text", "area", "units") and not is_rating(item)
        done = rules.behaviour(whole) if asks else None
        if done and not rules.names_period(whole):
            yield _advice("wording_no_period", where, language, words=done)
        ruled = [name for name in program.languages if rules_of(name) is not None]
        yield from check_scale(item, where, language, rules, is_first=language == ruled[0])


def _text(text: str, where: Where, language: str, rules: WordingRules, *, item: Item) -> Iterator[Problem]:
    question = _INSTRUCTION.sub("", text)
    size, limit = rules.length(question), rules.limit
    if size > limit:
        code = rules.long_code
        yield _advice(code, where, language, length=size, limit=limit)
    if (is_rating(item) or is_yes_or_no(item, language, rules)) and (
        words := rules.double_barrelled(question)
    ):
        yield _advice("wording_double", where, language, words=words)
    for code, rule in (
        ("wording_leading", rules.leading),
        ("wording_absolute", rules.absolute),
        ("wording_negations", rules.negations),
    ):
        if words := rule(question):
            yield _advice(code, where, language, words=words)


def _texts(program: Program, item: Item, language: str, *, first: bool) -> Iterator[str]:
    """What is read for this item: its text, or for a battery the stem once and then each row."""
    battery = program.batteries_by_code.get(item.battery or "")
    if battery is None:
        yield _in(item.text, language)
        return
    if first:
        yield _in(battery.text, language)
    row = next((row for row in battery.rows if row.code == item.row), None)
    if row is not None and item.column in (None, *[column.code for column in battery.columns[:1]]):
        yield _in(row.text, language)


def _around(program: Program, page: Page, item: Item, language: str) -> Iterator[str]:
    """Every text that a respondent has in view, where a reference period may stand."""
    battery = program.batteries_by_code.get(item.battery or "")
    for words in (item.text, item.help, page.title, page.intro, battery and battery.text):
        if words:
            yield _in(words, language)


def _in(words: Words, language: str) -> str:
    return words.get(language, "")


def _advice(code: str, where: Where, language: str, **context: object) -> Problem:
    shown = {name: value if isinstance(value, int) else shorten(value) for name, value in context.items()}
    return Problem(code=code, where=where, context={"language": language, **shown}, level="advice")

"""The whole questionnaire in plain words and one language, for the public page that shows what will be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from survey.instrument.condition_words import condition_in_words
from survey.instrument.expression import Node
from survey.instrument.program import Item, Option, Page, Program, Words
from survey.instrument.words import plain, said, unfilled

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "assigned_unit": "对分配给受访者的每个单位各问一遍",
        "drawn_unit": "对勾选的单位各问一遍（超过{n}个时随机抽取{n}个）",
        "drawn_all": "对勾选的每个单位各问一遍",
        "for_commitment": "对每项承诺各问一遍",
        "loop_over": "对第{name}题选中的每一项各问一遍",
        "loop_rows": "对第{name}题填写的每一行各问一遍",
        "loop_count": "重复询问，最多{n}遍",
        "exclusive": "不与其他选项同选",
        "screen_out": "选此项则问卷结束",
        "interviewer_only": "仅由访问员填写",
        "analysis_only": "不计分，仅用于分析",
    },
    "en": {
        "assigned_unit": "Asked once for every unit assigned to the respondent",
        "drawn_unit": "Asked once for every unit ticked ({n} of them, drawn at random, if there are more)",
        "drawn_all": "Asked once for every unit ticked",
        "for_commitment": "Asked once for every commitment",
        "loop_over": "Asked once for everything ticked in question {name}",
        "loop_rows": "Asked once for every line filled in at question {name}",
        "loop_count": "Asked again and again, {n} times at most",
        "exclusive": "not together with other options",
        "screen_out": "ends the questionnaire",
        "interviewer_only": "recorded by interviewers only",
        "analysis_only": "not scored, for analysis only",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineOption:
    """One choice with the remarks that a reader needs."""

    code: str
    text: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineItem:
    """One question. ``condition`` says in words who is asked; None means everybody."""

    code: str
    kind: str
    text: str
    help: str | None
    note: str | None
    condition: str | None
    required: bool
    max_chars: int | None
    options: tuple[OutlineOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSection:
    """A section; ``repeated`` says in words if it is asked several times."""

    code: str
    title: str
    intro: str | None
    condition: str | None
    repeated: str | None
    items: tuple[OutlineItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The questionnaire as a document."""

    code: str
    version: str
    digest: str
    language: str
    title: str
    consent: str
    closing: str
    sections: tuple[OutlineSection, ...]


def outline(program: Program, language: str) -> Outline:
    """Every section, item and option with its exact wording. Raises ValueError for a language it lacks."""
    if language not in program.languages:
        raise ValueError(f"{program.code} has no language {language!r:.20}")
    writer = _Writer(program, language)
    groups = groupby(program.pages, key=lambda page: (page.section, page.repeat))
    return Outline(
        code=program.code,
        version=program.version,
        digest=program.digest,
        language=language,
        title=plain(program.title, language),
        consent=plain(program.consent, language),
        closing=plain(program.closing, language),
        sections=tuple(writer.section(list(pages)) for _, pages in groups),
    )


class _Writer:
    """Words of one program in one language."""

    def __init__(self, program: Program, language: str) -> None:
        self.program, self.language, self.texts = program, language, _TEXTS[said(language)]
        self.stems = {battery.code: battery.text for battery in program.batteries}

    def section(self, pages: list[Page]) -> OutlineSection:
        first = pages[0]
        return OutlineSection(
            code=first.section,
            title=self._filled(first.title),
            intro=self._filled(first.intro) if first.intro else None,
            condition=self._condition(first.shown_if),
            repeated=self._repeated(first),
            items=tuple(self._item(item) for page in pages for item in page.items),
        )

    def _item(self, item: Item) -> OutlineItem:
        return OutlineItem(
            code=item.code,
            kind=item.kind,
            text=self._question(item),
            help=self._filled(item.help) if item.help else None,
            note=plain(item.note, self.language) or None,
            condition=self._condition(item.shown_if),
            required=item.required,
            max_chars=item.max_chars,
            options=tuple(self._option(option) for option in item.options),
        )

    def _question(self, item: Item) -> str:
        """The wording; a row of a battery is read after the stem that stands over all of them."""
        stem = self._filled(self.stems[item.battery]) if item.battery else ""
        text = self._filled(item.text)
        return f"{stem} {text}" if stem and not text.startswith(stem) else text

    def _option(self, option: Option) -> OutlineOption:
        marks = ("exclusive", "screen_out", "interviewer_only", "analysis_only")
        remarks = tuple(self.texts[mark] for mark in marks if getattr(option, mark))
        return OutlineOption(code=option.code, text=plain(option.text, self.language), remarks=remarks)

    def _repeated(self, page: Page) -> str | None:
        if page.repeat is None:
            return None
        if page.repeat == "commitment":
            return self.texts["for_commitment"]
        if page.repeat == "assigned_unit":
            return self.texts["assigned_unit"]
        if page.repeat == "loop":
            return self._turns(page)
        limit = self.program.ticking[page.section].max_units
        return self.texts["drawn_all"] if limit is None else self.texts["drawn_unit"].format(n=limit)

    def _turns(self, page: Page) -> str:
        """What a loop goes over."""
        loop = next(loop for loop in self.program.loops if loop.code == page.loop)
        for source, text in ((loop.over, "loop_over"), (loop.rows, "loop_rows")):
            if source is not None:
                return self.texts[text].format(name=source)
        return self.texts["loop_count"].format(n=loop.count or loop.limit)

    def _condition(self, node: Node | None) -> str | None:
        return None if node is None else condition_in_words(self.program, node, said(self.language))

    def _filled(self, words: Words) -> str:
        """Placeholders as the words they stand for: no unit is chosen yet."""
        return unfilled(words, self.language)

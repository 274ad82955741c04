"""Checks what only the whole instrument shows: names in texts, sources of loops, sections in random order, columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.instrument.codebook import codebook
from survey.instrument.codes import nearest
from survey.instrument.columns import clashes, turns_of, width_of
from survey.instrument.compiling.blocks import Block
from survey.instrument.compiling.resolve import item_texts
from survey.instrument.computing import page_nodes
from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.sections import SectionDraft
from survey.instrument.expression import answer_names
from survey.instrument.piping import piped_names, place_of
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item, Program, Words

# Fields of the form itself, which an item must not be called.
FORM_FIELDS = frozenset({"csrf_token", "_ver", "_seen", "_leave", "_switch", "_after", "_address"})
FORM_PREFIXES = ("_confirm_", "_remove_")
# What every row of a dataset says beside the answers.
DATASET_COLUMNS = frozenset(
    {
        *("response_id", "wave", "channel", "mode", "stratum", "base_weight", "part", "day", "language"),
        *("seconds", "device_group", "burst_band", "interviewer", "frame_source", "set_aside", "excluded"),
        *("unit", "ticked", "drawn", "roster_stratum", "quarter", "channel_of_service"),
    }
)
# A dataset of more columns serves nobody: a long list in a long loop multiplies.
MAX_COLUMNS = 20_000
# Never said in a text: it would show what is kept apart.
_UNSPOKEN = frozenset({"contact", "file", "note", "end", "consent"})


def check_blocks(draft: DocumentDraft, blocks: Sequence[Block], findings: Findings) -> None:
    """Names in texts, sources of loops, names that the form needs for itself. Before there is a program."""
    if draft.languages.strict:
        return
    _Texts(draft, blocks, findings).check()
    _check_loops(draft, blocks, findings)
    for block in blocks:
        for built in block.items:
            code = built.item.code
            if code in FORM_FIELDS or code.startswith(FORM_PREFIXES):
                findings.add("reserved_name", replace(built.where, field="id"), value=code)
    known = {draft_item.code for section in draft.sections for draft_item in section.items}
    for code in draft.mandated:
        if code not in known:
            findings.add_gap("mandated_missing", Where(field="mandated"), value=code)


def check_program(program: Program, findings: Findings) -> None:
    """Columns that a table would take as one, and references across a random order."""
    if program.default_language is None:
        return
    width = sum(
        width_of(item) * len(turns_of(program, page)) for page in program.pages for item in page.items
    )
    if width > MAX_COLUMNS:
        findings.add("too_many", Where(field="sections"), count=width, limit=MAX_COLUMNS)
        return
    context = [known.name for known in program.context_fields]
    names = [variable.name for variable in codebook(program)]
    for name, taken in clashes(names, [*DATASET_COLUMNS, *context]):
        code = name.partition("@")[0].partition(".")[0]
        place = program.places.get(code)
        where = Where(section=place.page.section if place else None, item=code, field="id")
        findings.add_gap("column_clash", where, value=name, other=taken)
    if program.is_shuffled:
        _check_shuffle(program, findings)


def _check_shuffle(program: Program, findings: Findings) -> None:
    """What is asked in random order cannot look at one another: nobody knows which comes first."""
    moving = [number for number, page in enumerate(program.pages) if page.shuffle is not None]
    for number, page in enumerate(program.pages):
        names = {name for node in page_nodes(page) for name in answer_names(node)}
        names.update(answer_names(page.shown_if))
        names.update(name for item in page.items for name in piped_names(item_texts(item)))
        for name in sorted(names & program.places.keys()):
            place = program.places[name]
            fixed = place.page.shuffle is None and place.page_number < moving[0]
            last = page.shuffle is None and number > moving[-1]
            both = place.page.shuffle == page.shuffle
            if not (fixed or last or both):
                findings.add("shuffled_reference", Where(section=page.section), name=name)


class _Texts:
    """Every text that names an answer: the name is known, asked before, and may be said."""

    def __init__(self, draft: DocumentDraft, blocks: Sequence[Block], findings: Findings) -> None:
        self.draft, self.blocks, self.findings = draft, blocks, findings
        self.places: dict[str, tuple[int, Block, Item]] = {}
        order = 0
        for block in blocks:
            for built in block.items:
                self.places.setdefault(built.item.code, (order, block, built.item))
                order += 1
        self.context = {known.name for known in draft.context_fields}

    def check(self) -> None:
        """Notes a problem for every name that cannot stand in its text."""
        order = 0
        for block in self.blocks:
            self._check({"title": [block.title], "intro": [block.intro]}, block.where, block, order)
            stems = {b.code: b for b in block.batteries}
            for built in block.items:
                texts = _texts_by_field(built.item)
                # The stem of a battery is read with its first row.
                if (stem := stems.pop(built.item.battery or "", None)) is not None:
                    texts.update(text=[stem.text], help=[stem.help], note=[stem.note])
                self._check(texts, built.where, block, order)
                order += 1

    def _check(
        self, texts: Mapping[str, Sequence[Words | None]], where: Where, block: Block, order: int
    ) -> None:
        for field, several in texts.items():
            for words in several:
                for name in piped_names([words]):
                    place = replace(where, field=field, character=place_of(words, name))
                    self._check_name(name, place, block, order)

    def _check_name(self, name: str, where: Where, block: Block, order: int) -> None:
        place = self.places.get(name)
        if place is None:
            if name not in self.context:
                self.findings.add("unknown_pipe", where, name=name, nearest=nearest(name, self.places))
            return
        asked, other, item = place
        if item.kind in _UNSPOKEN or item.private:
            self.findings.add("private_pipe", where, name=name)
        elif asked >= order:
            self.findings.add("forward_pipe", where, name=name)
        elif other.turn is not None and other.turn != block.turn:
            self.findings.add("repeated_pipe", where, name=name)


def _texts_by_field(item: Item) -> dict[str, list[Words | None]]:
    """The texts of an item by the field they are written in; the words of a row stand in its battery."""
    own = "text" if item.battery is None else "rows"
    texts: dict[str, list[Words | None]] = {name: [getattr(item, name)] for name in _TEXT_FIELDS}
    texts["low"], texts["high"] = [item.low_label], [item.high_label]
    texts["list" if item.list_name else "options"] = [option.text for option in item.options]
    if item.other_of is None:  # the label of an "other" is that of its option
        texts[own] = [item.text]
    return texts


_TEXT_FIELDS = (
    *("help", "note", "required_message", "constraint_message", "pattern_message", "unit", "purpose"),
)


def _check_loops(draft: DocumentDraft, blocks: Sequence[Block], findings: Findings) -> None:
    """A loop goes over something that was asked before, once."""
    earlier: dict[str, Block] = {}
    multis: dict[str, str | None] = {}
    texts: dict[str, str | None] = {}
    by_section = {section.code: section for section in draft.sections}
    for block in blocks:
        section = by_section.get(block.section)
        if section is not None and section.loop is not None and block.section not in earlier:
            _check_source(section, multis, texts, findings)
        earlier.setdefault(block.section, block)
        for built in block.items:
            if built.item.kind == "multi" and built.item.battery is None:
                multis[built.item.code] = block.turn
        for battery in block.batteries:
            of_text = any(b.item.battery == battery.code and b.item.kind == "text" for b in block.items)
            if of_text and not battery.columns:
                texts[battery.code] = block.turn


def _check_source(
    section: SectionDraft,
    multis: Mapping[str, str | None],
    texts: Mapping[str, str | None],
    findings: Findings,
) -> None:
    assert section.loop is not None
    for field, name, known in (("over", section.loop.over, multis), ("rows", section.loop.rows, texts)):
        if name is not None and known.get(name, "unknown") is not None:
            where = replace(section.where, field=f"loop.{field}")
            findings.add("loop_over", where, value=name, nearest=nearest(name, known))

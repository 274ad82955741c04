"""What a questionnaire on paper is made of: headings, questions, codes to circle, cells and lines to write in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOption:
    """A code to circle; ``blank`` leaves room to write, ``then`` says where the choice leads."""

    code: str
    text: str
    square: bool = False
    apart: bool = False
    blank: bool = False
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPart:
    """Something to write in: ``cells`` boxes for digits or one blank, with words on both sides."""

    before: str = ""
    cells: int = 0
    is_blank: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A row of a battery: one cell per column, holding the code to circle or nothing (room to write)."""

    code: str
    text: str
    condition: str
    cells: tuple[str, ...]
    help: str = ""
    must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """One question as printed."""

    code: str
    text: str
    help: str = ""
    condition: str = ""
    must: bool = False
    instruction: str = ""
    options: tuple[PaperOption, ...] = ()
    in_two_columns: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[PaperRow, ...] = ()
    square: bool = False
    parts: tuple[PaperPart, ...] = ()
    is_inline: bool = False
    lines: int = 0
    is_torn_off: bool = False
    is_note: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it may go on over a page break."""
        return len(self.options) > 14 or len(self.rows) > 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSection:
    """A section as printed."""

    code: str
    title: str
    intro: str
    condition: str
    repeated: str
    items: tuple[PaperItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The whole questionnaire in one language. ``torn`` are the parts that are kept apart from the answers."""

    code: str
    version: str
    digest: str
    title: str
    consent: str
    closing: str
    minutes: str
    marks: tuple[tuple[str, str], ...]
    sections: tuple[PaperSection, ...]
    torn: tuple[PaperItem, ...]
    lists: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

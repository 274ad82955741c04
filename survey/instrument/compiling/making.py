"""What is at hand while one item is made: its draft, the document and its sources; and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.instrument.compiling.sources import Sources
from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.fields import Fields, Languages, Written
from survey.instrument.drafts.items import ItemDraft
from survey.instrument.expression import Node
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Battery, Item, ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltItem:
    """An item with everything but its expressions, which still hold unchecked names.

    ``written`` are its expressions by the field of Item that they become; ``outer`` are conditions that hold for
    all items of a battery.
    """

    item: Item
    where: Where
    condition: Node | None = None
    skip_codes: tuple[str, ...] = ()
    outer: tuple[Node, ...] = ()
    written: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What one item of a document becomes: itself, or the rows of a battery, with any texts of "other"."""

    items: tuple[BuiltItem, ...]
    battery: Battery | None = None


@dataclass(kw_only=True)
class Making:
    """One item in the making; collects the expressions that its fields hold."""

    draft: ItemDraft
    document: DocumentDraft
    sources: Sources
    written: dict[str, Written] = field(default_factory=dict)
    skip_codes: tuple[str, ...] = ()

    @property
    def fields(self) -> Fields:
        """The fields of the item as written."""
        return self.draft.fields

    @property
    def findings(self) -> Findings:
        """Where problems are noted."""
        return self.sources.findings

    @property
    def languages(self) -> Languages:
        """The languages of the document."""
        return self.document.languages

    def expression(self, name: str, *, becomes: str, wants: ValueType) -> bool:
        """Keep the expression of a field, to be read once all names are known; whether there is one."""
        raw = self.fields.written(name)
        if raw is None:
            return False
        if not isinstance(raw, (str, Mapping)):
            self.fields.wrong_type(name, "expression")
            return False
        self.written[becomes] = Written(raw=raw, where=self.fields.at(name), wants=wants)
        return True

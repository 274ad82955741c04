"""Home of everything that a report is built from, gathered once and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from admin.reports.words import Words, inside, named, of, words
from survey.instrument.program import Item, Program

Document = Mapping[str, Any]  # Any: a JSON document


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """One wave: when it was in the field and what its logs hold."""

    code: str
    title: Words
    group: str
    period: str
    opened_on: date
    closed_on: date | None
    """The last day for answers; None while the wave is open."""
    accepted: int
    """Participations that are sealed; those still in the urn are ``waiting``."""
    waiting: int
    withdrawn: int
    channels: Mapping[str, int]
    participation_log: int
    content_log: int
    participation_root: str
    content_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFacts:
    """One locked questionnaire."""

    code: str
    title: Words
    version: str
    digest: str
    program: Program


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """Where the people of one wave were drawn from."""

    title: Words
    source: str
    frame: str
    n_records: int
    supplied_by_unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """What was looked at beside the answers."""

    interviewer_cases: int
    checked: int
    confirmed: int
    flags: int
    flags_to_decide: int
    flags_settled: int
    appeals: int
    appeals_decided: int
    appeal_window: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it. ``written`` are the parts of the method statement that people wrote."""

    cycle: str
    year: int
    results: Document
    gates: Sequence[Document]
    answers: Mapping[str, Words]
    plan: Document
    framework: Document
    province: Document
    report: Document
    instruments: Sequence[InstrumentFacts]
    waves: Sequence[WaveFacts]
    frames: Sequence[FrameFacts]
    checks: CheckFacts
    written: Mapping[str, Words]
    access: Sequence[Words]
    digests: Sequence[tuple[Words, str]]

    @property
    def blocked(self) -> list[Document]:
        """Block gates that are not passed: with one of them no result is shown."""
        return [gate for gate in self.gates if gate["level"] == "block" and gate["status"] != "pass"]

    def by_group(self, part: str) -> dict[str, Any]:  # Any: JSON documents
        """A part of the results by evaluator group, in the province's order of the groups."""
        found: Mapping[str, Any] = self.results[part]
        return {group: found[group] for group in self.group_names if group in found}

    @cached_property
    def group_names(self) -> Mapping[str, Words]:
        """Evaluator groups by id."""
        return {group["id"]: of(group) for group in self.province["evaluator_groups"]}

    @cached_property
    def city_names(self) -> Mapping[str, Words]:
        """Cities by id."""
        return {city["id"]: of(city) for city in self.province["cities"]}

    @cached_property
    def unit_names(self) -> Mapping[str, Words]:
        """Assessed units by id."""
        return {unit["id"]: of(unit) for unit in self.province["assessed_units"]}

    @cached_property
    def node_names(self) -> Mapping[str, Words]:
        """Dimensions and indicators by id."""
        return {
            node["id"]: of(node) for node in (*self.framework["dimensions"], *self.framework["indicators"])
        }

    @cached_property
    def groups_inside(self) -> Mapping[str, Words]:
        """Evaluator groups by id, as they stand inside a sentence."""
        return {code: inside(name) for code, name in self.group_names.items()}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Items of all instruments by code."""
        return {
            item.code: item
            for instrument in self.instruments
            for page in instrument.program.pages
            for item in page.items
        }

    def item_text(self, code: str) -> Words:
        """The wording of an item; its code where no instrument holds it."""
        item = self.items.get(code)
        return words(code, code) if item is None else of(item.text)

    def category_name(self, group: str, factor: str, category: str) -> Words:
        """A category of a weighting factor, as the province names it, else by the report's own word."""
        known = self.province["margins"].get(group, {}).get("variables", {}).get(factor)
        if isinstance(known, Mapping) and category in known:
            return of(known[category])
        if category[:1].isdigit() and category[-1:].isdigit():
            return words(f"{category.replace('-', '—')}岁", f"Aged {category.replace('-', '–')}")
        return named("category", category)

    def rounded(self, n: int) -> int:
        """A base as it may be shown: rounded as the plan says."""
        step = int(self.plan["disclosure_control"]["round_counts_to"])
        return step * round(n / step)

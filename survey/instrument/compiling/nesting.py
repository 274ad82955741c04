"""What a section takes over from the sections around it: conditions, the loop, the heading, its place in a shuffle."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.sections import SectionDraft
from survey.instrument.expression import Node
from survey.instrument.problems import Findings
from survey.instrument.program import Repeat, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """The circumstances of one section."""

    title: Words
    heading: str
    repeat: Repeat | None
    loop: str | None
    outer: tuple[Node, ...]
    shuffle: str | None


def nested(draft: DocumentDraft, findings: Findings) -> dict[int, Nesting]:
    """By the identity of each section draft (codes may clash): what it takes over."""
    found: dict[int, Nesting] = {}
    by_code: dict[str, SectionDraft] = {}
    for section in draft.sections:
        around = by_code.get(section.parent or "")
        before = by_code.get(section.continues or "")
        found[id(section)] = _nesting(section, draft, findings, found, around=around, before=before)
        by_code.setdefault(section.code, section)
    return found


def _nesting(
    section: SectionDraft,
    draft: DocumentDraft,
    findings: Findings,
    known: dict[int, Nesting],
    *,
    around: SectionDraft | None,
    before: SectionDraft | None,
) -> Nesting:
    near = before or around
    if near is None:
        return Nesting(
            title=section.title,
            heading=section.code,
            repeat=section.repeat,
            loop=section.loop.code if section.loop else None,
            outer=(),
            shuffle=section.code if draft.is_shuffled and section.shuffle else None,
        )
    outside = known[id(near)]
    if section.repeat is not None or outside.repeat not in (None, "loop"):
        if outside.repeat is not None:
            findings.add("nested_loop", replace(section.where, field="loop"))
        own_repeat, own_loop = section.repeat, section.loop.code if section.loop else None
    else:
        own_repeat, own_loop = outside.repeat, outside.loop
    condition = (near.condition,) if near.condition is not None else ()
    return Nesting(
        title=outside.title if before else section.title,
        heading=outside.heading if before else section.code,
        repeat=own_repeat,
        loop=own_loop,
        outer=(*outside.outer, *condition),
        shuffle=outside.shuffle or (section.code if draft.is_shuffled and section.shuffle else None),
    )

"""Home of the commands of the outline: move, copy and remove sections and items, one or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.instrument import editing
from survey.instrument.changes import Document, Edited, NoSuchPlace
from survey.instrument.editing import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """What a command made of the document, with its name for the history."""

    edited: Edited
    act: str
    place: str


def arrange(document: Document, command: str, *, ticked: Sequence[str], into: str) -> Arranged:
    """The document after a command of the outline. Raises NoSuchPlace, ValueError (no such command).

    ``up:item:R01`` and ``down:section:A`` move by one place; ``copy:item:R01`` and ``remove:section:A`` do what
    they say; ``put:item:R01:B:3`` puts an item at position 3 of section B, ``put:section:A:0`` a section first;
    ``move``, ``copy`` and ``remove`` alone are about all items that are ticked, ``move`` into section ``into``.
    """
    act, *rest = command.split(":")
    if not rest:
        return _all(document, act, ticked, into)
    kind, address, *target = [*rest, ""][:2] + rest[2:]
    if kind == "item":
        return _item(document, act, editing.find_item(document, address), target)
    if kind == "section":
        return _section(document, act, editing.find_section(document, address), target)
    raise ValueError(command)


def _item(document: Document, act: str, place: Place, target: Sequence[str]) -> Arranged:
    where = f"{_section_code(document, place)}/{place.code}"
    if act == "copy":
        return Arranged(edited=editing.duplicate_item(document, place.address), act="item:copy", place=where)
    if act == "remove":
        return Arranged(edited=editing.remove_item(document, place.address), act="item:remove", place=where)
    if act == "put" and len(target) == 2:
        to = int(target[1])
        edited = editing.move_item(document, place.address, section=target[0], to=to)
        return Arranged(edited=edited, act="item:move", place=where)
    if act in ("up", "down"):
        return Arranged(edited=_stepped(document, place, act), act="item:move", place=where)
    raise ValueError(act)


def _section(document: Document, act: str, place: Place, target: Sequence[str]) -> Arranged:
    if act == "remove":
        edited = editing.remove_section(document, place.address)
        return Arranged(edited=edited, act="section:remove", place=place.code)
    if act in ("up", "down", "put"):
        step = {"up": -1, "down": 1}.get(act)
        to = int(target[0]) if step is None and target else place.section + (step or 0)
        edited = editing.move_section(document, place.address, to=max(0, to))
        return Arranged(edited=edited, act="section:move", place=place.code)
    raise ValueError(act)


def _stepped(document: Document, place: Place, act: str) -> Edited:
    """One place up or down; over the edge of its section it goes on into the next one."""
    sections = list(editing.sections(document))
    here = next(at for at, section in enumerate(sections) if section.section == place.section)
    at, n = place.path[-1], len(editing.items_of(document, sections[here]))
    assert isinstance(at, int)
    if act == "up":
        if at > 0:
            return editing.move_item(document, place.address, section=sections[here].address, to=at - 1)
        if here > 0:
            before = sections[here - 1]
            end = len(editing.items_of(document, before))
            return editing.move_item(document, place.address, section=before.address, to=end)
    elif at < n - 1:
        return editing.move_item(document, place.address, section=sections[here].address, to=at + 1)
    elif here < len(sections) - 1:
        return editing.move_item(document, place.address, section=sections[here + 1].address, to=0)
    return Edited(document=dict(document))


def _all(document: Document, act: str, ticked: Sequence[str], into: str) -> Arranged:
    """One command on several items; their addresses by position would shift, so that the last come first."""
    chosen = set(ticked)
    places = [place for place in editing.items(document) if place.address in chosen]
    if not places or act not in ("move", "copy", "remove"):
        raise ValueError(act)
    edited = Edited(document=dict(document))
    if act == "move":
        target = editing.find_section(document, into)
        values = [place.raw for place in places]
        for place in reversed(places):
            edited = edited.then(editing.remove_member(edited.document, place.path))
        for value in values:
            edited = edited.then(editing.add_item(edited.document, _again(edited.document, target), value))
    else:
        for place in reversed(places):
            address = "~" + ".".join(str(step) for step in place.path if isinstance(step, int))
            verb = editing.duplicate_item if act == "copy" else editing.remove_item
            edited = edited.then(verb(edited.document, address))
    return Arranged(edited=edited, act=f"item:{act}", place=" ".join(place.code for place in places))


def _again(document: Document, section: Place) -> str:
    """The address of a section after items came and went: sections keep their positions."""
    found = next((each for each in editing.sections(document) if each.section == section.section), None)
    if found is None:
        raise NoSuchPlace(section.address)
    return found.address


def _section_code(document: Document, place: Place) -> str:
    return next(
        (section.code for section in editing.sections(document) if section.section == place.section), ""
    )

"""Under which name a form knows each group and question of a document: its old one where it came from a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from survey.instrument.exchange.xlsform.cells import Part, foreign, parts, sound_name
from survey.instrument.exchange.xlsform.lists import OTHER_CODE, OTHER_SUFFIX
from survey.instrument.exchange.xlsform.tree import NAME


def form_names(document: Part) -> tuple[dict[str, str], dict[str, str]]:
    """The names of the groups by section, and those of everything that can be referred to."""
    sections = list(parts(document.get("sections")))
    items = [item for section in sections for item in parts(section.get("questions"))]
    wishes = [
        wish
        for section in sections
        for item in parts(section.get("questions"))
        for wish in _wishes(item, section)
    ]
    wished = Counter(name for _, name in wishes)
    names = {
        here: name if wished[name] == 1 and NAME.match(name) else sound_name(here) for here, name in wishes
    }
    for item in items:
        names.update(_texts_of_others(document, item, names))
    groups = _group_names(sections, set(names.values()))
    return groups, {**groups, **names}


def _wishes(item: Part, section: Part) -> Iterator[tuple[str, str]]:
    """The ids that an item makes, each with the name that its form had for it.

    The battery of a table-list group has no row of its own: the group is its head.
    """
    code, kept = str(item.get("id", "")), foreign(item)
    if not (foreign(section).get("kind") == "table-list" and code == section.get("id")):
        yield code, kept.get("name", code)
    for row in parts(item.get("rows")):
        here = f"{code}_{row.get('code')}"
        yield here, kept.get(f"row:{row.get('code')}", here)
        for column in parts(item.get("columns")):
            yield f"{here}_{column.get('code')}", f"{here}_{column.get('code')}"


def _texts_of_others(document: Part, item: Part, names: dict[str, str]) -> dict[str, str]:
    """The text fields of options that say “other, please say”."""
    lists = document.get("lists")
    name = str(item.get("list", ""))
    lines = lists.get(name) if isinstance(lists, dict) and name in lists else item.get("options")
    code = str(item.get("id", ""))
    made = {}
    for line in parts(lines):
        if line.get("other") is True:
            here = f"{code}_{line.get('code')}_text"
            short = name.endswith(OTHER_SUFFIX) and line.get("code") == OTHER_CODE
            made[here] = f"{names.get(code, code)}_other" if short else here
    return made


def _group_names(sections: list[Part], taken: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for section in sections:
        code = str(section.get("id", "group"))
        name = foreign(section).get("name", code)
        if name in taken or not NAME.match(name):
            name = code
        number = 1
        while name in taken:
            name = f"{code}_group{number}"
            number += 1
        taken.add(name)
        found[code] = name
    return found

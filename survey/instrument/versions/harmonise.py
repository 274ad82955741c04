"""Variables across versions: which column of which version holds the same thing, and under which codes.

What is the same is told by codes and by ``was`` (lineage). Something that was taken out and comes back later under
its old code is the same if its kind and wording are the same; else it is new, and the old one keeps its answers under
``<name>~<version>``: nothing is ever filed under something else's name. A variable whose kind changed becomes two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.codebook import Variable, codebook
from survey.instrument.columns import BLANK, blank_code
from survey.instrument.program import Item, Option, Program
from survey.instrument.versions.lineage import letters, matched

# An item, an option or a row by the order in which it first appeared; the same number in every version.
Identity = int
Cell = Any  # Any: a cell is a number, a text or None
_UNCODED = frozenset({"indicator", "count", "rank", "number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmonisedVariable:
    """One variable of the series: by version its column there, and the codes that are called otherwise now."""

    name: str
    item: str
    kind: str
    columns: Mapping[int, str]
    recodes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def value(self, version: int, row: Mapping[str, Cell]) -> Cell:
        """The variable's value in a row of one version; None where that version does not have it."""
        column = self.columns.get(version)
        cell = None if column is None else row.get(column)
        code = None if cell is None else self.recodes.get(version, {}).get(str(cell))
        if code is None:
            return cell
        return int(code) if isinstance(cell, int) and code.removeprefix("-").isdigit() else code

    def to_json(self) -> dict[str, Any]:
        """Plain data for a codebook of several waves."""
        return {
            "name": self.name,
            "item": self.item,
            "kind": self.kind,
            "columns": {str(version): name for version, name in self.columns.items()},
            "recodes": {str(version): dict(codes) for version, codes in self.recodes.items()},
        }


def harmonise(versions: Sequence[Program]) -> tuple[HarmonisedVariable, ...]:
    """The variables of all versions, earliest version first; those of the newest version come first."""
    return tuple(_Harmoniser(versions).variables())


def variable_links(before: Program, after: Program) -> dict[str, str]:
    """For each variable of the later version that has one, the same variable of the earlier version."""
    harmoniser = _Harmoniser((before, after))
    old = {harmoniser.key(0, variable)[:-1]: variable.name for variable in codebook(before)}
    found: dict[str, str] = {}
    for variable in codebook(after):
        former = old.get(harmoniser.key(1, variable)[:-1])
        if former is not None:
            found[variable.name] = former
    return found


class _Harmoniser:
    """Gives everything in several versions its identity, and names by the last version that has it."""

    def __init__(self, versions: Sequence[Program]) -> None:
        self.versions = versions
        self.items = [
            {item.code: item for page in program.pages for item in page.items} for program in versions
        ]
        self.items_by_identity: list[dict[str, Identity]] = []
        # By version and item: the identity of each option by its code.
        self.options: list[dict[Identity, dict[str, Identity]]] = []
        self._next = 0
        # By identity: the last version that has it, and its code there.
        self.last: dict[Identity, tuple[int, str]] = {}
        for version in range(len(versions)):
            self._identify(version)
        self.item_names = self._names({i for ids in self.items_by_identity for i in ids.values()}, "")
        self.option_names: dict[Identity, str] = {}
        self.option_codes: dict[Identity, frozenset[str]] = {}
        for item in self.item_names:
            owned = {o for options in self.options for o in options.get(item, {}).values()}
            names = self._names(owned, "option")
            self.option_names.update(names)
            self.option_codes[item] = frozenset(names.values())

    def variables(self) -> Iterator[HarmonisedVariable]:
        """One variable per key, the newest version's first."""
        columns: dict[tuple[Hashable, ...], dict[int, Variable]] = {}
        for version in reversed(range(len(self.versions))):
            for variable in codebook(self.versions[version]):
                columns.setdefault(self.key(version, variable), {})[version] = variable
        taken: set[str] = set()
        for by_version in columns.values():
            newest = max(by_version)
            variable = by_version[newest]
            name = self._unique(self._name(newest, variable), newest, taken)
            recodes = {
                version: codes
                for version in sorted(by_version)
                if (codes := self._recode(version, by_version[version]))
            }
            yield HarmonisedVariable(
                name=name,
                item=self.item_names[self.items_by_identity[newest][variable.item]],
                kind=variable.kind,
                columns={version: by_version[version].name for version in sorted(by_version)},
                recodes=recodes,
            )

    def key(self, version: int, variable: Variable) -> tuple[Hashable, ...]:
        """What makes two columns the same variable; the last part is the kind."""
        item = self.items_by_identity[version][variable.item]
        turn: Hashable = variable.turn
        if variable.turn is not None:
            turn = self._turn(version, variable)
        suffix: Hashable = _suffix(variable)
        if suffix:
            suffix = self.options[version].get(item, {}).get(str(suffix), suffix)
        return item, turn, suffix, variable.table, variable.kind

    def _turn(self, version: int, variable: Variable) -> Hashable:
        """The identity of the option or row that a loop's turn is about; a number stands for itself."""
        program = self.versions[version]
        page = program.places[variable.item].page
        loop = program.loops_by_code[page.loop or ""]
        if loop.over is not None:
            over = self.items_by_identity[version][loop.over]
            return self.options[version].get(over, {}).get(variable.turn or "", variable.turn)
        if loop.rows is not None:
            row = next((i for i in program.members[loop.rows] if i.row == variable.turn), None)
            return None if row is None else ("row", self.items_by_identity[version][row.code])
        return variable.turn

    def _identify(self, version: int) -> None:
        """Items as in the version before, or as they were when they were last seen; their options likewise."""
        now = self.items[version]
        before = self.items[version - 1] if version else {}
        same = matched(before.values(), now.values())
        ids: dict[str, Identity] = {}
        for code in now:
            if code in same:
                ids[code] = self.items_by_identity[version - 1][same[code]]
        for code, item in now.items():
            if code not in ids:
                ids[code] = self._returning(version, item, set(ids.values()))
        self.items_by_identity.append(ids)
        options = {ids[code]: self._options(ids[code], item) for code, item in now.items()}
        self.options.append(options)
        for code, identity in ids.items():
            self.last[identity] = (version, code)
        for known in options.values():
            for code, identity in known.items():
                self.last[identity] = (version, code)

    def _returning(self, version: int, item: Item, taken: set[Identity]) -> Identity:
        """The item of an earlier version that came back, or a new one."""
        code = item.was or item.code
        for earlier in reversed(range(version)):
            former = self.items[earlier].get(code)
            if former is None:
                continue
            identity = self.items_by_identity[earlier][code]
            alike = former.kind == item.kind and _wording(self.versions[earlier], former) == _wording(
                self.versions[version], item
            )
            if alike and identity not in taken:
                return identity
            break
        return self._fresh()

    def _options(self, owner: Identity, item: Item) -> dict[str, Identity]:
        """The options as they were when the item was last seen."""
        if owner not in self.last:
            return {option.code: self._fresh() for option in item.options}
        earlier, former = self.last[owner]
        known = self.options[earlier][owner]
        old = self.items[earlier][former].options_by_code
        same = matched(old.values(), item.options_by_code.values())
        found = {code: known[same[code]] for code in item.options_by_code if code in same}
        for code, option in item.options_by_code.items():
            if code not in found:
                found[code] = self._returning_option(owner, option, set(found.values()))
        return found

    def _returning_option(self, owner: Identity, option: Option, taken: set[Identity]) -> Identity:
        """The option of an earlier version that came back, or a new one."""
        for earlier in reversed(range(len(self.options))):
            identity = self.options[earlier].get(owner, {}).get(option.code)
            if identity is None or identity in taken:
                continue
            code = next(c for c, known in self.items_by_identity[earlier].items() if known == owner)
            former = self.items[earlier][code].options_by_code[option.code]
            return identity if letters(former.text) == letters(option.text) else self._fresh()
        return self._fresh()

    def _fresh(self) -> Identity:
        self._next += 1
        return self._next

    def _names(self, identities: set[Identity], kind: str) -> dict[Identity, str]:
        """The code of the last version that has it; of two that share one, the older is named with its version."""
        found: dict[Identity, str] = {}
        taken: set[str] = set()
        for identity in sorted(identities, key=lambda i: (-self.last[i][0], i)):
            version, code = self.last[identity]
            found[identity] = self._unique(code, version, taken)
        return found

    def _unique(self, name: str, version: int, taken: set[str]) -> str:
        if name in taken:
            name = f"{name}~{self.versions[version].version or version + 1}"
        while name in taken:
            name += "'"
        taken.add(name)
        return name

    def _name(self, version: int, variable: Variable) -> str:
        """The column's name with the names of the series in the place of the version's own codes."""
        item = self.items_by_identity[version][variable.item]
        turn, suffix = "", _suffix(variable)
        if variable.turn is not None:
            identity = self._turn(version, variable)
            turn = "@" + (
                self.option_names.get(identity, variable.turn) if isinstance(identity, int) else variable.turn
            )
        if suffix:
            option = self.options[version].get(item, {}).get(suffix)
            suffix = "." + (suffix if option is None else self.option_names[option])
        return f"{self.item_names[item]}{turn}{suffix}"

    def _recode(self, version: int, variable: Variable) -> dict[str, str]:
        """The codes of a version that have another name in the series; "asked, left blank" among them."""
        if variable.kind in _UNCODED:
            return {}
        owner = self.items_by_identity[version][variable.item]
        known = self.options[version].get(owner, {})
        found = {code: self.option_names[i] for code, i in known.items() if self.option_names[i] != code}
        blank = blank_code(self.items[version][variable.item])
        wanted = str(-BLANK) if str(BLANK) in self.option_codes[owner] else str(BLANK)
        if blank != wanted and variable.options and variable.options[-1][0] == blank:
            found[blank] = wanted
        return found


def _suffix(variable: Variable) -> str:
    """What follows the item and the turn in a column's name, without the point."""
    stem = variable.item if variable.turn is None else f"{variable.item}@{variable.turn}"
    return variable.name.removeprefix(stem).removeprefix(".")


def _wording(program: Program, item: Item) -> str:
    battery = program.batteries_by_code.get(item.battery or "")
    return letters(item.text) + ("" if battery is None else letters(battery.text))

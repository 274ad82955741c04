"""Home of the form of one node of a document (settings, section, item): shown, read back, and compared.

The same table of fields makes the form, reads what was sent, and says field by field what two people changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from admin.designer.fields.kinds import KINDS, Ground, NotReadable, Posted, text_of, with_text
from admin.designer.fields.spec import Column, FieldSpec
from survey.instrument.changes import ABSENT

# Any: values of a JSON document
PREFIX = "f."
_KEYS, _WAS = "", "was"
_MAX_MEMBERS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control of the form: its name, the texts in it, its label."""

    name: str
    id: str
    kind: str
    label: object
    values: tuple[str, ...]
    choices: tuple[tuple[str, object], ...] = ()
    language: str = ""

    @property
    def value(self) -> str:
        """The one text of a plain control."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One member of a table: its key on this form, where it was in the document, its cells."""

    key: str
    was: str
    cells: tuple[tuple[Column, tuple[Control, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of the form."""

    spec: FieldSpec
    id: str
    controls: tuple[Control, ...] = ()
    rows: tuple[Row, ...] = ()
    error: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.rows) or any(
            value and not (control.name.endswith(".how") and value == "no")
            for control in self.controls
            for value in control.values
        )


@dataclass(slots=True, kw_only=True)
class Read:
    """What was sent: the fields that differ from the document, and those that cannot be read."""

    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def onto(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """``node`` with the fields that were sent."""
        return with_fields(node, self.fields)


def shown(
    specs: Iterable[FieldSpec],
    node: Mapping[str, Any],
    ground: Ground,
    *,
    offers: Mapping[str, tuple[tuple[str, object], ...]],
    posted: Posted | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[FormField]:
    """The form of a node, with what was typed where ``posted`` is given."""
    texts = posted if posted is not None else dict(_written(specs, node, ground))
    return [_field(spec, texts, ground, offers, (errors or {}).get(spec.name, "")) for spec in specs]


def read(specs: Iterable[FieldSpec], posted: Posted, node: Mapping[str, Any], ground: Ground) -> Read:
    """The fields of ``node`` that were changed on the form; untouched ones keep their value exactly."""
    found = Read()
    for spec in specs:
        original = at(node, spec.name)
        sent = _sent(posted, spec.name)
        was = (
            _members_written(spec, original, ground)
            if spec.kind == "table"
            else _cell(spec.kind, original, ground)
        )
        if _same(sent, was):
            continue
        try:
            value = (
                _read_table(spec, sent, original, ground)
                if spec.kind == "table"
                else KINDS[spec.kind].read(sent, original, ground)
            )
        except NotReadable as error:
            found.errors[spec.name] = str(error)
            continue
        if value is not ABSENT or original is not ABSENT:
            found.fields[spec.name] = value
    return found


def at(node: Mapping[str, Any], name: str) -> Any:
    """The value of a field, whose name may have a dot: ``legal.maker``."""
    place: Any = node
    for step in name.split("."):
        if not isinstance(place, Mapping) or step not in place:
            return ABSENT
        place = place[step]
    return place


def with_fields(node: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """``node`` with fields set, or (ABSENT) taken out; a mapping that is left empty goes too."""
    result = dict(node)
    for name, value in fields.items():
        head, _, rest = name.partition(".")
        if rest:
            inner = result.get(head)
            value = with_fields(inner if isinstance(inner, Mapping) else {}, {rest: value}) or ABSENT
        if value is ABSENT:
            result.pop(head, None)
        else:
            result[head] = value
    return result


# --- rows without JavaScript ------------------------------------------------------------------------------


def rearranged(posted: Posted, command: str) -> dict[str, list[str]]:
    """What was typed with a row added, moved or dropped: ``add:options``, ``up:options:3``, ``drop:options:3``."""
    texts = {name: list(values) for name, values in posted.items()}
    act, _, rest = command.partition(":")
    table, _, key = rest.partition(":")
    keys = texts.setdefault(PREFIX + table, [])
    if act == "add" and len(keys) < _MAX_MEMBERS:
        keys.append(_free_key(keys))
    elif key in keys:
        place = keys.index(key)
        if act == "drop":
            keys.remove(key)
        elif act in ("up", "down"):
            other = place + (1 if act == "down" else -1)
            if 0 <= other < len(keys):
                keys[place], keys[other] = keys[other], keys[place]
    return texts


def with_pasted(
    posted: Posted, table: str, members: Sequence[Mapping[str, Any]], ground: Ground
) -> dict[str, list[str]]:
    """What was typed with further members behind the ones of a table."""
    texts = {name: list(values) for name, values in posted.items()}
    keys = texts.setdefault(PREFIX + table, [])
    for member in members[: _MAX_MEMBERS - len(keys)]:
        key = _free_key(keys)
        keys.append(key)
        stem = f"{PREFIX}{table}.{key}"
        texts[f"{stem}.code"] = [str(member.get("code", ""))]
        for language, text in text_of(member).items():
            texts[f"{stem}.text.{language}"] = [str(text)]
    return texts


def _free_key(keys: Sequence[str]) -> str:
    numbers = [int(key[1:]) for key in keys if key[:1] == "n" and key[1:].isdecimal()]
    return f"n{max(numbers, default=0) + 1}"


# --- texts of the form -------------------------------------------------------------------------------------


def _written(
    specs: Iterable[FieldSpec], node: Mapping[str, Any], ground: Ground
) -> Iterator[tuple[str, list[str]]]:
    """All texts of the form as the document has them."""
    for spec in specs:
        value = at(node, spec.name)
        parts = (
            _members_written(spec, value, ground) if spec.kind == "table" else _cell(spec.kind, value, ground)
        )
        for part, texts in parts.items():
            yield _join(spec.name, part), texts


def _cell(kind: str, value: Any, ground: Ground) -> dict[str, list[str]]:
    return KINDS[kind].show(value, ground)


def _members_written(spec: FieldSpec, value: Any, ground: Ground) -> dict[str, list[str]]:
    members = value if isinstance(value, list) else []
    texts: dict[str, list[str]] = {_KEYS: [str(n) for n in range(len(members))]}
    for n, member in enumerate(members):
        member = member if isinstance(member, Mapping) else {"code": member}
        texts[f"{n}.{_WAS}"] = [str(n)]
        for column in spec.columns:
            for part, values in _cell(column.kind, _member_value(member, column), ground).items():
                texts[_dotted(f"{n}.{column.name}", part)] = values
    return texts


def _member_value(member: Mapping[str, Any], column: Column) -> Any:
    if column.name == "text":
        return text_of(member) or ABSENT
    return member.get(column.name, ABSENT)


def _read_table(spec: FieldSpec, sent: Posted, original: Any, ground: Ground) -> Any:
    before = original if isinstance(original, list) else []
    members = []
    for key in list(sent.get(_KEYS, ()))[:_MAX_MEMBERS]:
        was = next(iter(sent.get(f"{key}.{_WAS}", ())), "")
        known = before[int(was)] if was.isdecimal() and int(was) < len(before) else {}
        member = dict(known) if isinstance(known, Mapping) else {}
        for column in spec.columns:
            stem = f"{key}.{column.name}"
            cell = _part(sent, stem)
            value = _member_value(member, column)
            if not _same(cell, _cell(column.kind, value, ground)):
                member = _with_cell(member, column, KINDS[column.kind].read(cell, value, ground))
        if member:
            members.append(member)
    return members or ABSENT


def _with_cell(member: dict[str, Any], column: Column, value: Any) -> dict[str, Any]:
    if column.name == "text":
        return with_text(member, {} if value is ABSENT else value)
    kept = {name: each for name, each in member.items() if name != column.name}
    if value is ABSENT:
        return kept
    # a key that was there keeps its place
    return {**member, column.name: value}


def _sent(posted: Posted, name: str) -> dict[str, Sequence[str]]:
    return _part(posted, PREFIX + name)


def _part(posted: Posted, stem: str) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {"": posted[stem]} if stem in posted else {}
    start = stem + "."
    found.update({name[len(start) :]: posted[name] for name in posted if name.startswith(start)})
    return found


def _same(sent: Posted, was: Posted) -> bool:
    def plain(texts: Posted) -> dict[str, list[str]]:
        cleaned = {name: [v.replace("\r\n", "\n").strip() for v in values] for name, values in texts.items()}
        return {name: values for name, values in cleaned.items() if any(values) or len(values) > 1}

    return plain(sent) == plain(was)


def _join(name: str, part: str) -> str:
    return PREFIX + _dotted(name, part)


def _dotted(name: str, part: str) -> str:
    return f"{name}.{part}" if part else name


# --- controls ----------------------------------------------------------------------------------------------


def _field(
    spec: FieldSpec,
    texts: Posted,
    ground: Ground,
    offers: Mapping[str, tuple[tuple[str, object], ...]],
    error: str,
) -> FormField:
    stem = PREFIX + spec.name
    if spec.kind == "table":
        rows = tuple(_row(spec, key, texts, ground, offers) for key in texts.get(stem, ())[:_MAX_MEMBERS])
        return FormField(spec=spec, id=_id(stem), rows=rows, error=error)
    choices = offers.get(spec.source, ()) if spec.source else spec.choices
    controls = tuple(_controls(stem, spec.kind, spec.label, texts, ground, choices))
    return FormField(spec=spec, id=_id(stem), controls=controls, error=error)


def _row(
    spec: FieldSpec,
    key: str,
    texts: Posted,
    ground: Ground,
    offers: Mapping[str, tuple[tuple[str, object], ...]],
) -> Row:
    stem = f"{PREFIX}{spec.name}.{key}"
    return Row(
        key=key,
        was=next(iter(texts.get(f"{stem}.{_WAS}", ())), ""),
        cells=tuple(
            (
                column,
                tuple(
                    _controls(
                        f"{stem}.{column.name}", column.kind, column.label, texts, ground, column.choices
                    )
                ),
            )
            for column in spec.columns
        ),
    )


def _controls(
    stem: str,
    kind: str,
    label: object,
    texts: Posted,
    ground: Ground,
    choices: tuple[tuple[str, object], ...],
) -> Iterator[Control]:
    if kind in ("words", "prose"):
        parts = list(ground.languages)
    elif kind == "needed":
        parts = ["how", "when"]
    else:
        parts = [""]
    for part in parts:
        name = _dotted(stem, part)
        values = tuple(texts.get(name, ()))
        yield Control(
            name=name,
            id=_id(name),
            kind=kind,
            label=label,
            values=values,
            choices=_with_present(choices, values) if kind in ("choice", "many", "yes_no") else (),
            language=part if kind in ("words", "prose") else "",
        )


def _with_present(
    choices: tuple[tuple[str, object], ...], values: Sequence[str]
) -> tuple[tuple[str, object], ...]:
    """The choices, with a value that stands in the document though it is none of them."""
    known = {code for code, _ in choices}
    return (*choices, *((value, value) for value in values if value and value not in known))


def _id(name: str) -> str:
    return name.replace(".", "-").replace("@", "-")

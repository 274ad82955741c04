"""Reads one YAML file as plain JSON values, safely: no tags, no bombs, no doubled keys, and every value has a mark.

The document is built from the parser's events on a list of open containers, never by recursion, so that the
limits hold before anything is built: bytes, depth, number of values with aliases expanded.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.resolver import Resolver

from admin.content.problems import ContentProblem, Steps, short_context, written
from survey.text import UnfitText, normalise

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_VALUES = 200_000
# libyaml where PyYAML was built with it: ten times as fast, the same events.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = ("null", "bool", "int", "float", "timestamp", "str")

# Any: a JSON value of any type.
Json = Any
Mark = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A document with the line and column (from 1) of every value in it."""

    name: str
    value: Json
    marks: Mapping[Steps, Mark]

    def problem(self, code: str, steps: Steps = (), **context: object) -> ContentProblem:
        """A problem at a path; where the path does not exist, at the nearest place that does."""
        line, column = self.mark(steps)
        return ContentProblem(
            code=code,
            file=self.name,
            path=written(steps),
            line=line,
            column=column,
            context=short_context(context),
        )

    def mark(self, steps: Steps) -> Mark:
        """Line and column of the value at a path, or of the nearest container around it."""
        while steps and steps not in self.marks:
            steps = steps[:-1]
        return self.marks.get(steps, (0, 0))


class _Refused(Exception):
    """Carries the first thing that stops the reading of a file."""

    def __init__(self, code: str, mark: Mark, **context: object) -> None:
        super().__init__(code)
        self.code, self.mark, self.context = code, mark, context


def read_yaml(path: Path, *, name: str) -> YamlFile | ContentProblem:
    """The file as plain values (keys are strings, dates are ISO strings), or the problem that stops it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return _refusal(name, "file_too_large", size=path.stat().st_size, limit=MAX_BYTES)
        raw = path.read_bytes()
    except OSError:
        return _refusal(name, "file_unreadable", name=name)
    return parse_yaml(raw, name=name)


def parse_yaml(raw: bytes, *, name: str) -> YamlFile | ContentProblem:
    """As ``read_yaml``, for bytes that are already in hand."""
    if len(raw) > MAX_BYTES:
        return _refusal(name, "file_too_large", size=len(raw), limit=MAX_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refusal(name, "not_utf8")
    try:
        builder = _Builder()
        builder.build(yaml.parse(text, Loader=_PARSER))
        return YamlFile(name=name, value=builder.value, marks=builder.marks)
    except _Refused as refused:
        line, column = refused.mark
        return ContentProblem(
            code=refused.code,
            file=name,
            line=line,
            column=column,
            context=short_context(refused.context),
        )
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        context = short_context({"reason": exc.problem or exc.context or "?"})
        return ContentProblem(code="yaml_syntax", file=name, line=line, column=column, context=context)
    except yaml.YAMLError:
        # The reader refuses control characters; it knows no line.
        return _refusal(name, "bad_text")


def _refusal(file: str, code: str, **context: object) -> ContentProblem:
    return ContentProblem(code=code, file=file, context=short_context(context))


class _Frame:
    """A container that is still open."""

    __slots__ = ("anchor", "container", "count", "height", "key", "mark", "steps")

    def __init__(self, container: list[Json] | dict[str, Json], steps: Steps, mark: Mark, anchor: str | None):
        self.container, self.steps, self.mark, self.anchor = container, steps, mark, anchor
        self.key: str | None = None
        self.count, self.height = 1, 1


class _Builder:
    """Turns events into one value; every container knows how many values it holds, aliases expanded."""

    def __init__(self) -> None:
        self.value: Json = None
        self.marks: dict[Steps, Mark] = {}
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Json, int, int]] = {}
        self._documents = 0
        # Any: this method of PyYAML carries no types.
        self._resolve: Any = Resolver().resolve
        self._constructor = SafeConstructor()

    def build(self, events: Iterator[yaml.Event]) -> None:
        for event in events:
            start = event.start_mark
            mark = (start.line + 1, start.column + 1) if start else (0, 0)
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise _Refused("yaml_documents", mark)
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event, mark)
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    raise _Refused("yaml_alias", mark, name=event.anchor)
                value, count, height = self._anchors[event.anchor]
                self._place(value, mark, count=count, height=height)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._begin(event, mark)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                frame = self._open.pop()
                self._place(
                    frame.container, frame.mark, count=frame.count, height=frame.height, anchor=frame.anchor
                )
        if self._documents == 0:
            raise _Refused("yaml_empty", (1, 1))

    def _begin(self, event: yaml.CollectionStartEvent, mark: Mark) -> None:
        if event.tag is not None:
            raise _Refused("yaml_tag", mark, name=event.tag)
        if len(self._open) >= MAX_DEPTH:
            raise _Refused("yaml_too_deep", mark, limit=MAX_DEPTH)
        container: list[Json] | dict[str, Json] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        if self._open and isinstance(self._open[-1].container, dict) and self._open[-1].key is None:
            raise _Refused("bad_key", mark, name="?")
        self._open.append(_Frame(container, self._steps(), mark, event.anchor))

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        value = self._constructed(event, mark)
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.container, dict) and parent.key is None:
            if value is None or isinstance(value, bool):
                raise _Refused("bad_key", mark, name=event.value)
            key = str(value)
            if key in parent.container:
                raise _Refused("duplicate_key", mark, name=key)
            parent.key = key
            return
        self._place(value, mark, count=1, height=0, anchor=event.anchor)

    def _constructed(self, event: yaml.ScalarEvent, mark: Mark) -> Json:
        if event.tag is not None:
            raise _Refused("yaml_tag", mark, name=event.tag)
        tag: str = self._resolve(yaml.ScalarNode, event.value, event.implicit)
        kind = tag.rpartition(":")[2]
        if kind not in _TAGS:
            raise _Refused("yaml_tag", mark, name=event.value)
        try:
            value = self._constructor.construct_object(yaml.ScalarNode(tag, event.value))
            if isinstance(value, str):
                return normalise(value)
        except UnfitText as exc:
            raise _Refused("bad_text", mark) from exc
        except (ConstructorError, ValueError, OverflowError) as exc:
            raise _Refused("bad_number", mark, value=event.value) from exc
        if isinstance(value, (datetime.date, datetime.datetime)):
            return value.isoformat()
        # 2**53: a larger number would not survive JSON elsewhere.
        if isinstance(value, (int, float)) and not (abs(value) < 2**53):  # false for nan too
            raise _Refused("bad_number", mark, value=event.value)
        return value

    def _place(self, value: Json, mark: Mark, *, count: int, height: int, anchor: str | None = None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, count, height)
        if len(self._open) + height > MAX_DEPTH:
            raise _Refused("yaml_too_deep", mark, limit=MAX_DEPTH)
        self.marks[self._steps()] = mark
        if not self._open:
            self.value = value
            return
        parent = self._open[-1]
        parent.count += count
        parent.height = max(parent.height, height + 1)
        if parent.count > MAX_VALUES:
            raise _Refused("yaml_too_large", mark, limit=MAX_VALUES)
        if isinstance(parent.container, list):
            parent.container.append(value)
        elif parent.key is None:
            raise _Refused("bad_key", mark, name="?")
        else:
            parent.container[parent.key] = value
            parent.key = None

    def _steps(self) -> Steps:
        if not self._open:
            return ()
        parent = self._open[-1]
        step = len(parent.container) if isinstance(parent.container, list) else (parent.key or "")
        return (*parent.steps, step)

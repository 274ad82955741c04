"""What the headings of an XLSForm's sheets mean, under all the names that are in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.instrument.exchange.guards import Refusal
from survey.instrument.exchange.tables import column_letter
from survey.instrument.problems import Where

TRANSLATED = frozenset({"label", "hint", "guidance_hint", "constraint_message", "required_message"})
MEDIA = frozenset({"image", "big-image", "audio", "video"})
# Columns of our own: what XLSForm has no word for, so that a form of ours comes back exactly.
OUR_PATCH, OUR_ROLE, OUR_OPTIONS = "minyi_patch", "minyi_role", "minyi_options"

_SURVEY = {
    "type": "type command 题型 类型",
    "name": "name tag value 名称 变量名 编码",
    "label": "label caption text 标签 题目 标题",
    "hint": "hint 提示",
    "guidance_hint": "guidance_hint 访问员提示",
    "required": "required 必填",
    "required_message": "required_message requiredmsg required_msg jr:requiredmsg 必填提示",
    "relevant": "relevant relevance 显示条件",
    "constraint": "constraint 约束",
    "constraint_message": "constraint_message constraint_msg constraining_message jr:constraintmsg 约束提示",
    "calculation": "calculation calculate 计算",
    "choice_filter": "choice_filter 选项筛选",
    "default": "default 默认值",
    "read_only": "read_only readonly 只读",
    "appearance": "appearance 外观",
    "repeat_count": "repeat_count count jr:count 循环次数",
    "parameters": "parameters 参数",
    "rows": "rows",
    "disabled": "disabled",
    "trigger": "trigger",
    "save_to": "save_to",
    "image": "image",
    "big-image": "big-image big_image",
    "audio": "audio",
    "video": "video",
}
_CHOICES = {
    "list_name": "list_name listname list 选项表",
    "name": "name value 代码 选项代码",
    "label": "label caption 标签 选项",
    "image": "image",
    "big-image": "big-image big_image",
    "audio": "audio",
    "video": "video",
}
_SETTINGS = {
    "form_title": "form_title set_form_title title 标题",
    "form_id": "form_id set_form_id id_string 编号",
    "version": "version 版本",
    "default_language": "default_language 默认语言",
    "allow_choice_duplicates": "allow_choice_duplicates",
}
_PREFIXES = frozenset({"bind", "body", "control", "media", "instance"})


def _by_alias(table: Mapping[str, str]) -> dict[str, str]:
    return {alias: key for key, aliases in table.items() for alias in aliases.split()}


_ALIASES = {
    "survey": _by_alias(_SURVEY),
    "choices": _by_alias(_CHOICES),
    "external_choices": _by_alias(_CHOICES),
    "settings": _by_alias(_SETTINGS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its heading as written, what it means (or None), and the language named in it."""

    index: int
    header: str
    key: str | None
    language: str | None = None

    @property
    def known(self) -> bool:
        """Whether its meaning is known."""
        return self.key is not None


def read_columns(headers: Iterable[str], part: str, *, sheet: str) -> tuple[Column, ...]:
    """The columns of a sheet by its headings. Raises Refusal where two headings are the same."""
    seen: dict[str, int] = {}
    columns: list[Column] = []
    for index, header in enumerate(headers):
        if not header:
            continue
        folded = " ".join(header.lower().split())
        if folded in seen:
            raise Refusal(
                "header_duplicate",
                Where(sheet=sheet, row=1, column=header),
                name=header,
                first=column_letter(seen[folded]),
                second=column_letter(index),
            )
        seen[folded] = index
        columns.append(_column(index, header, part))
    return tuple(columns)


def _column(index: int, header: str, part: str) -> Column:
    if header.lower().startswith("minyi_"):
        return Column(index=index, header=header, key=header.lower())
    words = _words(header)
    aliases = _ALIASES[part]
    if words[0].lower() in _PREFIXES and len(words) > 1:
        words = words[1:]
    key = aliases.get(_folded(words[0]))
    if key is None or len(words) > 2 or (len(words) == 2 and key not in TRANSLATED | MEDIA):
        return Column(index=index, header=header, key=None)
    return Column(index=index, header=header, key=key, language=words[1] if len(words) == 2 else None)


def _words(header: str) -> list[str]:
    """The parts of "label::English (en)", "label:english" or "bind:jr:constraintMsg"."""
    mark = "::" if "::" in header else ":"
    parts = [part.strip() for part in header.split(mark)]
    if "jr" in parts[:-1]:
        at = parts.index("jr")
        parts[at : at + 2] = [f"jr:{parts[at + 1]}"]
    return [part for part in parts if part] or [header]


def _folded(word: str) -> str:
    """ "List Name", "list-name" and "LIST_NAME" are the same heading."""
    return re.sub(r"[\s\-]+", "_", word.strip().lower())

"""Home of reading a plan document and of saying, in both languages, where it breaks its schema."""

import json
import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from analysis.errors import PlanError

_SCHEMA = Path(__file__).parent / "plan" / "plan.schema.json"
_LARGEST = 2_000_000  # bytes; a plan is written by a person


class _OnceLoader(yaml.SafeLoader):
    """YAML as usual, but a key given twice is an error: the later one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'"{key}" occurs twice', key_node.start_mark
                )
            seen.add(key)
        return {self._key(key): value for key, value in super().construct_mapping(node, deep).items()}

    @staticmethod
    def _key(key: Hashable) -> Hashable:
        return str(key) if isinstance(key, int | float) and not isinstance(key, bool) else key


# "yes", "no", "on" and "off" are labels of answers: only true and false are truth values, as in YAML 1.2.
_BOOL = "tag:yaml.org,2002:bool"
_OnceLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _BOOL]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_OnceLoader.add_implicit_resolver(_BOOL, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read_document(path: Path) -> tuple[Any, bytes]:  # Any: a YAML document
    """The document of a plan file, and its bytes.

    Raises
    ------
    PlanError
        If the file is missing, too large or no YAML.
    """
    if not path.is_file():
        raise PlanError("plan_missing", file=str(path))
    content = path.read_bytes()
    if len(content) > _LARGEST:
        raise PlanError("plan_syntax", file=path.name, line=1, reason=f"over {_LARGEST} bytes")
    try:
        return yaml.load(content, Loader=_OnceLoader), content  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        line = mark.line + 1 if mark else 1
        raise PlanError("plan_syntax", file=path.name, line=line, reason=problem.problem) from problem
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as problem:
        reason = str(problem).splitlines()[0][:160]
        raise PlanError("plan_syntax", file=path.name, line=1, reason=reason) from problem


def check_document(document: object, *, file: str) -> None:
    """Check a plan against its schema.

    Raises
    ------
    PlanError
        For the deepest violation: file, path and reason.
    """
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is not None:
        zh, en = _reason(error)
        raise PlanError(
            "plan_invalid", file=file, path=_dotted(error.absolute_path), reason_zh=zh, reason_en=en
        )


def _dotted(path: Iterable[str | int]) -> str:
    """`weighting.margins[0].name`; the whole document is `(top)`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "(top)"


def _reason(error: jsonschema.ValidationError) -> tuple[str, str]:
    """The violation in Chinese and English."""
    wanted: Any = error.validator_value  # Any: parts of JSON documents
    given: Any = error.instance
    schema: Any = error.schema
    shown = json.dumps(given, ensure_ascii=False, default=str)[:60]
    if error.validator == "required":
        missing = next(name for name in wanted if name not in given)
        return f"缺少“{missing}”", f'"{missing}" is missing'
    if error.validator == "additionalProperties" and isinstance(given, dict):
        known = schema.get("properties", {})
        extra = next((name for name in given if name not in known), "")
        return f"不认识“{extra}”", f'"{extra}" is not known here'
    if error.validator in ("enum", "const"):
        choices = ", ".join(str(one) for one in (wanted if isinstance(wanted, list) else [wanted]))
        return f"{shown} 不在可选值之中：{choices}", f"{shown} is none of: {choices}"
    if error.validator == "type":
        return f"{shown} 的类型须为 {wanted}", f"{shown} should be of type {wanted}"
    if error.validator == "not":
        return "weight 与 probability 只能给一个", "give weight or probability, not both"
    if error.validator == "uniqueItems":
        return f"{shown} 中有重复", f"{shown} repeats an entry"
    if error.validator in ("minItems", "minLength", "minProperties"):
        return "不能为空", "may not be empty"
    limit = f"{error.validator} {wanted}"
    return f"{shown} 不满足 {limit}", f"{shown} breaks {limit}"

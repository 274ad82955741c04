"""The handbook of methods as data: topics, methods and their lines; `python -m tests.analysis.handbook` writes its index."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "methods"
LINES = {
    "en": ("Formula.", "Choices.", "Assumes.", "Do not use when.", "Source.", "Proof."),
    "zh": ("公式。", "取舍。", "前提。", "何时不用。", "出处。", "验证。"),
}
SUFFIX = {"en": ".md", "zh": ".zh.md"}
_METHOD = re.compile(r"^## (?P<name>.+?) \{#(?P<id>[a-z0-9][a-z0-9._-]*)\}$")
_LINE = re.compile(r"^\*\*(?P<label>[^*]+)\*\*")
_HEADS = {
    "en": """# Handbook of methods

What `analysis` computes, method by method: the formula, what was chosen where the field leaves a choice, what it rests on,
when to leave it alone, where it comes from, and which test or reference value proves it. Every result of the library carries
the id of its method as `definition`. Chinese: [README.zh.md](README.zh.md). How to run them: [a plan](../analyse.md), or
[ten examples](../examples/README.md) beside their R. This index is written by `python -m tests.analysis.handbook`.
""",
    "zh": """# 方法手册

`analysis` 计算什么，一法一节：公式；各家定义不同之处的取舍；前提；何时不用；出处；由哪个测试或参考值验证。库中每个结果都带有
所用方法的编号（`definition`）。英文版：[README.md](README.md)。用法见[计划文件](../analyse.md)和与 R 对照的
[十个例子](../examples/README.md)。本索引由 `python -m tests.analysis.handbook` 生成。
""",
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a topic: its id, name and the lines under it, label by label."""

    id: str
    name: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One file."""

    path: Path
    title: str
    methods: tuple[Method, ...]


def topics(language: str) -> list[Topic]:
    """Every topic of a language, in the order of the file names."""
    paths = sorted(path for path in FOLDER.glob("*.md") if not path.name.startswith("README"))
    return [_topic(path) for path in paths if path.name.endswith(".zh.md") == (language == "zh")]


def _topic(path: Path) -> Topic:
    text = path.read_text(encoding="utf-8")
    title = next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    methods: list[Method] = []
    lines: list[tuple[str, str]] = []
    name = ""
    for line in [*text.splitlines(), "## end {#end}"]:
        head = _METHOD.match(line)
        if head:
            if name:
                methods[-1] = Method(methods[-1].id, name, tuple(lines))
            name, lines = head["name"], []
            methods.append(Method(head["id"], name, ()))
        elif label := _LINE.match(line):
            lines.append((label["label"], line[label.end() :].strip()))
        elif lines and line.strip():
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {line.strip()}".strip())
    return Topic(path, title, tuple(methods[:-1]))


def loose_heads(path: Path) -> list[str]:
    """Second-level heads of a topic that are no method: they have no id, or a wrong one."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("## ") and not _METHOD.match(line)]


def definitions() -> Iterator[tuple[str, str]]:
    """(file, pattern) of every `definition=` in the code; a part put in at run time may be any word of an id."""
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for given in node.keywords:
                    pattern = _pattern(given.value) if given.arg == "definition" else None
                    if pattern:
                        yield str(path.relative_to(ROOT)), pattern


def _pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (_pattern(part) if isinstance(part, ast.Constant) else "[a-z0-9._-]+" for part in node.values)
        return "".join(part or "" for part in parts)
    return None


def index(language: str) -> str:
    """The text of the index."""
    heads = {"en": "| method | definition |", "zh": "| 方法 | 编号 |"}
    lines = [_HEADS[language]]
    for topic in topics(language):
        lines += [f"## [{topic.title}]({topic.path.name})", "", heads[language], "|---|---|"]
        lines += [f"| {one.name} | `{one.id}` |" for one in topic.methods]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the index of both languages."""
    for language, suffix in SUFFIX.items():
        (FOLDER / f"README{suffix}").write_text(index(language), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Docs that cannot lie: what code names has its place in docs/, and what docs name exists."""

from __future__ import annotations

import ast
import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

import wsgi
from admin.fieldwork import columns
from survey.collect import import_rows
from survey.config import PREFIX, Settings
from survey.identity.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.house.test_layout import ROOT, tracked

DOCS = ROOT / "docs"
PAGES = sorted(path for path in tracked("README.md", "docs/*.md") if path.suffix == ".md")
OURS = ("wsgi", "survey", "admin", "analysis")


def _page(name: str) -> str:
    return (DOCS / name).read_text()


def _first_cells(text: str) -> list[str]:
    """The first cell of every table row, without its backticks."""
    return re.findall(r"^\| *`?([^`|\n]+?)`? *\|", text, re.M)


def _headings(text: str) -> set[str]:
    return set(re.findall(r"^#+ +`?([^`\n]+?)`? *$", text, re.M))


# --- settings, commands, roles, gates, acts -------------------------------------------------------------


def test_every_setting_has_its_row() -> None:
    documented = {cell for cell in _first_cells(_page("settings.md")) if cell.startswith(PREFIX)}
    assert documented == {PREFIX + field.name.upper() for field in fields(Settings)}


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of the application by its full name, groups left out."""

    def walk(
        name: str, command: click.Command, context: click.Context
    ) -> Iterator[tuple[str, click.Command]]:
        if not isinstance(command, click.Group):
            yield name, command
            return
        for part in command.list_commands(context):
            found = command.get_command(context, part)
            assert found is not None, part
            yield from walk(f"{name} {part}", found, context)

    with click.Context(wsgi.cli) as context:
        yield from walk("minyi", wsgi.cli, context)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, click.Command]:
    """All commands, collected with a data folder of their own: building the application makes folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SURVEY_DATA_DIR", str(tmp_path_factory.mktemp("commands")))
        return dict(_commands())


def _is_ours(command: click.Command) -> bool:
    callback = command.callback
    while (wrapped := getattr(callback, "__wrapped__", None)) is not None:
        callback = wrapped
    return getattr(callback, "__module__", "").split(".")[0] in OURS


def test_every_command_of_ours_has_its_heading_and_others_a_row(commands: dict[str, click.Command]) -> None:
    text = _page("commands.md")
    ours = {name for name, command in commands.items() if _is_ours(command)}
    others = {" ".join(name.split()[:2]) for name in commands.keys() - ours}
    assert len(ours) >= 5
    assert {heading for heading in _headings(text) if heading.startswith("minyi ")} == ours
    assert {cell for cell in _first_cells(text) if cell.startswith("minyi ")} == others


def test_every_option_of_our_commands_is_described(commands: dict[str, click.Command]) -> None:
    text = _page("commands.md")
    chapter = text.split("## The steps of the chain", 1)[1].split("\n### ", 1)[0]
    common = {cell for cell in _first_cells(chapter) if cell.startswith("--")}
    sections = dict(re.findall(r"^### `(minyi [^`]+)`\n(.*?)(?=^##|\Z)", text, re.M | re.S))
    missing = {
        f"{name} {option.opts[-1]}"
        for name, command in commands.items()
        if _is_ours(command)
        for option in command.params
        if isinstance(option, click.Option)
        and option.opts[-1] not in common
        and not any(flag in sections[name] for flag in option.opts)
    }
    # said on the page of the command itself: docs/analyse.md
    assert missing - {"minyi analyse --language"} == set()


def test_the_table_of_roles_is_the_code() -> None:
    text = _page("roles.md")
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \|[^|]*\|(.*)\|$", text, re.M))
    held = {
        permission.value: "".join("✓" if permission in ROLE_PERMISSIONS[role] else "-" for role in Role)
        for permission in Permission
    }
    told = {
        name: "".join("✓" if "✓" in cell else "-" for cell in rows[name].split("|"))
        for name in rows
        if name in held
    }
    assert told == held
    section = text.split("## Roles", 1)[1].split("\n## ", 1)[0]
    assert [cell for cell in _first_cells(section) if cell not in {"role", "---"}] == [
        role.value for role in Role
    ]


def test_every_gate_has_its_heading_and_its_level() -> None:
    plan = yaml.safe_load((ROOT / "admin/demo/data/scoring.yaml").read_text())
    text = _page("gates.md")
    levels = dict(re.findall(r"^\| \[(G\d\d)\]\(#g\d\d\) \| (block|warn) \|", text, re.M))
    assert levels == {gate["id"]: gate["level"] for gate in plan["gates"]}
    assert {heading for heading in _headings(text) if re.fullmatch(r"G\d\d", heading)} == set(levels)


def _acts(path: Path) -> Iterator[str]:
    """Every act that a file hands to the audit log; ``import.*`` stands for acts named at run time.

    A function that passes its own parameter ``act`` on is looked at where it is called.
    """
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    places = {
        function.name: [argument.arg for argument in function.args.args].index("act")
        for function in functions
        if "act" in [argument.arg for argument in function.args.args]
    }
    for function in functions:
        assigned = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        for call in ast.walk(function):
            if not isinstance(call, ast.Call):
                continue
            given = [word.value for word in call.keywords if word.arg == "act"]
            if isinstance(call.func, ast.Name) and call.func.id in places:
                given += call.args[places[call.func.id] : places[call.func.id] + 1]
            for value in given:
                if isinstance(value, ast.Name) and value.id in parameters:
                    continue
                known = assigned.get(value.id, value) if isinstance(value, ast.Name) else value
                found = [text for text in _texts(known) if re.fullmatch(r"[a-z]+\.[a-z_*]+", text)]
                is_record = ast.unparse(call.func).endswith("audit.record")
                assert found or not is_record, f"unreadable act: {path.name}: {ast.unparse(call)}"
                yield from found


def _texts(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            yield f"{start}*"


def _kinds_of_files() -> set[str]:
    """The kinds of fieldwork files, as the importers name them."""
    found = set()
    for path in tracked("admin/fieldwork/services/*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "files.begin":
                found |= {ast.literal_eval(word.value) for word in call.keywords if word.arg == "kind"}
    return found


def test_every_act_of_the_audit_log_has_its_row() -> None:
    used = {act for path in tracked("survey/*.py", "admin/*.py") for act in _acts(path)}
    kinds = {f"import.{kind}" for kind in _kinds_of_files()}
    assert "import.*" in used
    assert len(kinds) > 3
    documented = {cell for cell in _first_cells(_page("events.md")) if re.fullmatch(r"[a-z]+\.[a-z_]+", cell)}
    assert documented == (used - {"import.*"}) | kinds


def test_every_column_of_an_imported_file_is_described() -> None:
    text = _page("imports.md")
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    files = {
        "Answers": [*import_rows.META, "(answer key)"],
        "Cases": [*(column.name for column in columns.CASES), "(other columns)"],
        "Dispositions": [column.name for column in columns.DISPOSITIONS],
        "Call-backs": [column.name for column in columns.CALL_BACKS],
        "Frames": [column.name for column in columns.FRAMES],
        "Appeals": [column.name for column in columns.APPEALS],
        "Internal scores": [
            column.name
            for column in columns.internal_scores(score=("0", "100"), additions="1.5", deductions="3")
        ],
    }
    described = {
        name: [cell for cell in _first_cells(sections[name]) if cell not in {"column", "---"}]
        for name in files
    }
    assert described == files


# --- what the docs name exists --------------------------------------------------------------------------


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^(```.*?^```|    .*?$)", "", page.read_text(), flags=re.M | re.S)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        headings = _headings(there.read_text()) if anchor and there.exists() else set()
        if not there.exists() or (anchor and anchor not in map(_anchor, headings)):
            dead.append(target)
    assert dead == []


def _code(text: str) -> str:
    """Blocks and spans of code, with continued lines joined."""
    text = re.sub(r"\\\n *", "", text)
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S)
    blocks += re.findall(r"^    .*$", text, re.M)
    return "\n".join(blocks + re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_in_the_docs_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"\bmake ([a-z]+)", _code(page.read_text())))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_minyi_command_in_the_docs_exists(page: Path, commands: dict[str, click.Command]) -> None:
    wrong = []
    for line in re.findall(r"(?:^|[|;`/\s])minyi( [^`|\n]*|$)", _code(page.read_text()), re.M):
        words = shlex.split(line, comments=True)
        if not words or not re.fullmatch(r"[a-z]+", words[0]):
            continue
        known = {name for name in commands if name.split()[1] == words[0]}
        is_group = bool(known) and f"minyi {words[0]}" not in known
        called = f"minyi {' '.join(words[:2])}"
        if not known or (is_group and len(words) > 1 and called not in known):
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_in_an_example_exists(page: Path, commands: dict[str, click.Command]) -> None:
    wrong = []
    for line in re.findall(r"(?:^| )(?:\.venv/bin/)?(minyi [^\n|]*)$", _code(page.read_text()), re.M):
        words = shlex.split(line, comments=True)
        command = commands.get(" ".join(words[:3])) or commands.get(" ".join(words[:2]))
        if command is None or not _is_ours(command):
            continue
        known = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
        wrong += [line for word in words if word.startswith("-") and word.split("=")[0] not in known]
    assert wrong == []


def test_the_example_of_the_readme_runs(tmp_path: Path, commands: dict[str, click.Command]) -> None:
    line = next(
        line for line in (ROOT / "README.md").read_text().splitlines() if ".venv/bin/minyi analyse" in line
    )
    _, _, plan, data, *_ = shlex.split(line)
    out = tmp_path / "results"
    arguments = [str(ROOT / plan), str(ROOT / data), "-o", str(out)]
    done = CliRunner().invoke(commands["minyi analyse"], arguments)
    assert done.exit_code == 0, done.output
    table = (out / "estimates.csv").read_text()
    rows = list(csv.DictReader(table.splitlines()))
    assert {row["item"] for row in rows} == {"overall", "q7"}
    assert all(float(row["ci_low"]) < float(row["estimate"]) < float(row["ci_high"]) for row in rows)

"""The expressions of real files: read, back from their text, and of one truth on the server and in the page."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from survey.instrument.compile import compile_instrument
from survey.instrument.computing import page_nodes
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.xlsform.read import read_xlsform
from survey.instrument.expression import Node, parse, references, render
from survey.instrument.program import Item, Program
from tests.survey.instrument.expression import runtimes, vectors

FOLDER = Path(os.environ.get("MINYI_INSTRUMENTS") or Path(__file__).parents[5] / "shared" / "instruments")
COLUMNS = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count")


def _expressions(path: Path) -> set[str]:
    rows = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)[
        "survey"
    ].iter_rows(values_only=True)
    header = [str(name) for name in next(rows)]
    at = [number for number, name in enumerate(header) if name in COLUMNS]
    return {
        str(row[number])
        for row in rows
        for number in at
        if number < len(row) and row[number] not in (None, "")
    }


def test_every_expression_of_the_real_forms_is_read() -> None:
    files = sorted(FOLDER.glob("X*.xlsx"))
    if not files:
        pytest.skip(f"SKIPPED LOUDLY: no XLSForms in {FOLDER}; set MINYI_INSTRUMENTS to their folder")
    texts = {text for path in files for text in _expressions(path)}
    assert len(texts) > 30
    for text in sorted(texts):
        parsed = parse(text)
        assert parsed.node is not None, (text, parsed.problems)
        assert parse(render(parsed.node)).node == parsed.node


def _programs() -> Iterator[Program]:
    for path in sorted(FOLDER.glob("[LX]*.*")):
        read = read_limesurvey if path.suffix == ".lss" else read_xlsform
        document = read(path.read_bytes(), path.name).document
        if document is not None:
            compiled = compile_instrument(document, scales={}, modules={}, units=(), areas=())
            if compiled.program is not None:
                yield compiled.program


def _nodes(program: Program) -> Iterator[Node]:
    for page in program.pages:
        yield from page_nodes(page)
        if page.shown_if is not None:
            yield page.shown_if


def _answer(item: Item, chance: random.Random) -> vectors.Tagged:
    """An answer that the item could have, or none."""
    codes = [option.code for option in item.options]
    kind = item.value_type
    if chance.random() < 0.2 or kind == "none":
        return None
    if kind == "codes":
        return ["codes", [code for code in codes if chance.random() < 0.4]]
    if kind == "code":
        return ["text", chance.choice(codes or ["a"])]
    if kind == "bool":
        return ["bool", chance.random() < 0.5]
    pools = {
        "number": vectors.NUMBERS,
        "date": vectors.DATES,
        "time": vectors.TIMES,
        "datetime": vectors.MOMENTS,
    }
    return [kind, chance.choice(pools.get(kind, vectors.TEXTS))]


def _cases(program: Program, chance: random.Random) -> Iterator[tuple[Node, dict[str, Any]]]:
    items = {code: place.item for code, place in program.places.items()}
    for node in _nodes(program):
        for _ in range(12):
            about = vectors.scope(chance)
            names = [part.name for part in references(node) if part.kind == "answer" and part.name in items]
            about["answers"] = {name: _answer(items[name], chance) for name in names}
            yield node, about


def test_the_expressions_of_real_files_have_one_truth_in_both_runtimes(tmp_path: Path) -> None:
    if not list(FOLDER.glob("[LX]*.*")):
        pytest.skip(f"SKIPPED LOUDLY: no files in {FOLDER}; set MINYI_INSTRUMENTS to their folder")
    chance = random.Random(vectors.SEED)
    cases = [case for program in _programs() for case in _cases(program, chance)]
    asked, expected = vectors.document(iter(cases))
    said = runtimes.under_node(runtimes.node(), runtimes.MODULE.read_text(), asked, tmp_path)
    assert len(asked) > 1_000
    assert {"true", "false"} <= {result[8:-1] for result in expected if result.startswith('["bool"')}
    assert said == expected

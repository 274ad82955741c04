"""Home of all hostile files by format, and of good ones with bytes changed."""

from __future__ import annotations

import random

from tests.admin.exchange.hostile.archives import archives, bombs
from tests.admin.exchange.hostile.old_spreadsheets import biff, compound, xls
from tests.admin.exchange.hostile.sheets import contents, entities, sheets
from tests.admin.exchange.hostile.texts import csv, lss, own
from tests.admin.exchange.hostile.workbook import ROWS, Files
from tests.survey.instrument.exchange.forms import GOOD, csv_form


def xlsx() -> Files:
    """Spreadsheets."""
    yield from bombs()
    yield from quick_xlsx()


def quick_xlsx() -> Files:
    """Spreadsheets that are made in a moment."""
    yield from archives()
    yield from entities()
    yield from sheets()
    yield from contents()
    whole = GOOD["nested"]()
    for part in range(1, 13):
        yield f"truncated {part}", whole[: len(whole) * part // 13]


FAMILIES = {"xlsx": xlsx, "xls": xls, "csv": csv, "lss": lss, "own": own}


def mutations(family: str, count: int) -> Files:
    """Good files with bytes changed, taken out, doubled and swapped, always the same ones."""
    bases = {
        "xlsx": [GOOD["nested"](), GOOD["grids"](), GOOD["every_column"]()],
        "xls": [compound(biff([*ROWS, ["select_one x", "b", "B"]])), biff(ROWS)],
        "csv": [
            csv_form(
                "survey,,,\n,type,name,label\n,text,a,A\n,select_one l,b,B\nchoices,,,\n,list_name,name,label\n,l,x,X\n"
            )
        ],
        "lss": [raw for name, raw in lss() if name == "truncated 39"],
        "own": [raw for name, raw in own() if name == "truncated 19"],
    }[family]
    for number in range(count):
        chance = random.Random(f"{family} {number}")
        raw = bytearray(bases[number % len(bases)])
        for _ in range(chance.randint(1, 6)):
            at, end = sorted((chance.randrange(len(raw)), chance.randrange(len(raw))))
            how = chance.randrange(5)
            if how == 0:
                raw[at] = chance.randrange(256)
            elif how == 1:
                del raw[at : min(end, at + 40)]
            elif how == 2:
                raw[at:at] = raw[at : min(end, at + 200)]
            elif how == 3:
                raw[at:at] = chance.randbytes(chance.randint(1, 9))
            else:
                raw[at], raw[end] = raw[end], raw[at]
            raw = raw or bytearray(b"\0")
        yield f"mutation {number}", bytes(raw)

"""Home of conditions as text: whichever way the document writes one, it is shown as an expression."""

from __future__ import annotations

import json
from typing import Any

from survey.instrument.drafts.conditions import read_condition
from survey.instrument.expression import render
from survey.instrument.problems import Findings, Where


def condition_text(value: Any) -> str:  # Any: a value of a JSON document
    """A condition as an expression; a mapping that is none of ours as plain data."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true()" if value else "false()"
    node = read_condition(value, Where(), Findings())
    return json.dumps(value, ensure_ascii=False) if node is None else render(node)

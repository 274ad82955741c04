"""One expression language: the XLSForm dialect as text, a typed JSON tree when stored, two equal runtimes."""

from survey.instrument.expression.check import Checked, check
from survey.instrument.expression.evaluate import Scope, evaluate, holds
from survey.instrument.expression.missing import Value
from survey.instrument.expression.names import Known, Names, Standing
from survey.instrument.expression.nodes import (
    Node,
    Reference,
    answer_names,
    conjunction,
    references,
    walk,
)
from survey.instrument.expression.render import quoted, render
from survey.instrument.expression.syntax import Parsed, parse

__all__ = [
    "Checked",
    "Known",
    "Names",
    "Node",
    "Parsed",
    "Reference",
    "Scope",
    "Standing",
    "Value",
    "answer_names",
    "check",
    "conjunction",
    "evaluate",
    "holds",
    "parse",
    "quoted",
    "references",
    "render",
    "walk",
]

"""The sample instrument of the engine's tests as a program, with some of its fields changed."""

from __future__ import annotations

from survey.instrument.program import Program
from tests.survey.instrument import make


def everything(**changes: object) -> Program:
    """One of everything; ``changes`` replace fields of the document."""
    program = make.build({**make.document(), **changes}).program
    assert program is not None
    return program

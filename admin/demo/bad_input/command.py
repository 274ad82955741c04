"""`minyi demo bad-input`: what a user is told about input that cannot be taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from admin.demo.bad_input.worlds import WORLDS


@click.command("bad-input")
def bad_input_command() -> None:
    """Feed three kinds of bad input through the real code and show what a user is told.

    Works in a temporary folder; exit status 0 if all three are refused and nothing half-written stays.
    """
    is_good = True
    for world in WORLDS:
        with tempfile.TemporaryDirectory(prefix="minyi-bad-input-") as folder:
            outcome = world(Path(folder))
        is_good &= outcome.is_good
        click.echo(f"== {outcome.name} ==")
        for told in outcome.told:
            click.echo(f"{told.place}\n    {told.zh}\n    {told.en}")
        click.echo(f"LEFT BEHIND: {', '.join(outcome.left)}\n" if outcome.left else "nothing stayed\n")
    if not is_good:
        raise SystemExit(1)

"""A progress bar a stage on the terminal; plain lines where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

_WIDTH = 28


class Progress:
    """Counts the steps of one stage."""

    def __init__(self, label: str, total: int, *, live: bool) -> None:
        self._label, self._total, self._live = label, max(total, 1), live
        self._done = 0
        self._started = time.monotonic()

    def advance(self, steps: int = 1) -> None:
        """So many more steps are done."""
        self._done = min(self._total, self._done + steps)
        if self._live:
            click.echo(f"\r{self._line()}", nl=False)

    def close(self) -> None:
        """The stage is over."""
        self._done = self._total
        click.echo(f"\r{self._line()}" if self._live else self._line())

    def _line(self) -> str:
        filled = _WIDTH * self._done // self._total
        bar = "█" * filled + "·" * (_WIDTH - filled)
        count = f"{self._done}/{self._total}" if self._total > 1 else ""
        return f"{self._label:<46} {bar} {count:>13} {time.monotonic() - self._started:6.1f} s"


@contextmanager
def stage(label: str, total: int = 1) -> Iterator[Progress]:
    """One stage with ``total`` steps."""
    progress = Progress(label, total, live=sys.stdout.isatty())
    if sys.stdout.isatty():
        progress.advance(0)
    yield progress
    progress.close()

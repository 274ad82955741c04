"""The long proof: ``python -m tests.survey.instrument.expression.prove [texts] [expressions]``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from survey.instrument.expression import Names, check, parse
from tests.survey.instrument.expression import hostile, runtimes, vectors


def read_hostile(count: int) -> float:
    """Read and check hostile texts; the longest time one took."""
    slowest = 0.0
    for text in hostile.texts(count, seed=count):
        start = time.perf_counter()
        parsed = parse(text)
        if parsed.node is not None:
            check(parsed.node, Names())
        slowest = max(slowest, time.perf_counter() - start)
        if (parsed.node is None) != bool(parsed.problems):
            raise AssertionError(f"neither read nor refused: {text[:200]!r}")
    return slowest


def compare(count: int) -> int:
    """How many of so many new expressions differ between Python and Node."""
    asked, expected = vectors.document(vectors.generated(count, seed=count))
    with tempfile.TemporaryDirectory() as folder:
        said = runtimes.under_node(runtimes.node(), runtimes.MODULE.read_text(), asked, Path(folder))
    return sum(python != other for python, other in zip(expected, said, strict=True))


def main(texts: int = 100_000, expressions: int = 50_000) -> int:
    """Both proofs; 0 if they hold."""
    slowest = read_hostile(texts)
    print(f"{texts} hostile texts read or refused, the slowest in {slowest * 1000:.1f} ms")  # noqa: T201  # a command
    differing = compare(expressions)
    print(f"{expressions} expressions compared, {differing} differ")  # noqa: T201  # as above
    return int(bool(differing) or slowest >= 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

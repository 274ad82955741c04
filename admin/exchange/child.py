"""The child process of an import: takes limits upon itself, reads one file from its input, prints the result as JSON."""

from __future__ import annotations

import json
import resource
import sys

MEMORY = 420 * 2**20  # of address space, libraries included; what is used stays under 300 MiB
CPU_SECONDS = 8
OPEN_FILES = 24
MAX_RESULT = 24 * 2**20


def main() -> None:
    """Read standard input, write standard output. The one argument is the file's name."""
    _limit()
    raw = sys.stdin.buffer.read()
    from admin.exchange.reading import read_instrument  # after the limits: importing costs memory too
    from admin.exchange.result import to_json

    text = json.dumps(to_json(read_instrument(raw, sys.argv[1] if len(sys.argv) > 1 else "")))
    if len(text) > MAX_RESULT:
        sys.exit(3)
    sys.stdout.write(text)


def _limit() -> None:
    """No writing of files, no more memory, time and open files than an import needs, no memory image when it dies."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    main()

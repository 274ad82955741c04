"""Writes docs/performance.md: each figure with the range of its runs and the limit it is compared with."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tests.bench.estimates import CATEGORIES, ITEMS, Row
from tests.bench.exports import RUNS as EXPORT_RUNS
from tests.bench.exports import Exported
from tests.bench.freezing import Frozen
from tests.bench.instruments import COMPILE_LIMIT, EACH, PAGE_LIMIT
from tests.bench.instruments import Measured as Large
from tests.bench.interviews import Measured, Run
from tests.bench.machine import Machine
from tests.bench.shapes import TEN

EXPORTED = 100_000
"""Responses that the bars of export and counts speak of."""
LINE_BITS = 100e6
"""The uplink that the bytes of an interview are compared with: 100 Mbit/s."""
_KINDS = (
    ("link", "personal link, redirected"),
    ("welcome", "first page (purpose, consent)"),
    ("page", "a page of the questionnaire"),
    ("save", "sending a page (saved before it answers)"),
    ("submit", "submitting"),
    ("receipt", "receipt with QR code"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that one run of the benchmark measured."""

    machine: Machine
    interviews: Sequence[Measured]
    embedded: Measured
    exported: Sequence[Exported]
    instrument: Large
    frozen: Sequence[Frozen]
    estimates: Sequence[Row]
    minutes: float
    load_after: float


def page(found: Findings, *, today: date) -> str:
    """The whole document."""
    parts = [_head(found, today)]
    parts += [bars(found.interviews, found.exported), _reading()]
    parts += [_interviews(each, found.machine) for each in (*found.interviews, found.embedded)]
    parts += [_exports(found.exported), _instrument(found.instrument), _statistics(found)]
    return "\n\n".join(parts) + "\n"


def _head(found: Findings, today: date) -> str:
    here = found.machine
    shared = (
        f"load average {here.load:.1f} before the run, {found.load_after:.1f} after it, on {here.cores} cores"
    )
    if here.goes_first:
        shared += "; the benchmark went before all other work (`chrt --rr 10 make bench`)"
    return f"""# Performance

Written by `make bench` (`python -m tests.bench`) on {today}, in {found.minutes:.1f} minutes. Do not edit: run it again.

| | |
|---|---|
| processor | {here.processor}, {here.cores} cores, {here.memory_gib:.0f} GiB |
| system | {here.system}, Python {here.python} |
| the machine was shared | {shared} |
| this disk | {here.fsyncs:,.0f} appends of 4 KiB a second, each forced to the disk (fdatasync) |
| this memory | {here.read_gb:.1f} GB/s read by one core |

Figures of interviews are medians of {len(found.interviews[0].runs[8])} runs, with the lowest and highest run in brackets.
The clients run on the same cores as the server. Compare figures of one run with each other; trust processor time before rates, and both less where the load was
high. A virtual disk may acknowledge from its cache: its rate is no promise of durability."""


def _interviews(found: Measured, machine: Machine) -> str:
    lines = [
        f"## {found.questions} questions: {found.database}, {found.server}",
        "",
        "Settings of production, each page saved and committed before it is answered "
        f"({', '.join(f'{name}={value}' for name, value in found.durable.items())}). From the personal link to the "
        f"receipt: {_middle(found.runs[8], lambda r: r.requests)} requests, "
        f"{_middle(found.runs[8], lambda r: r.saves)} of them saved pages.",
        "",
        "| clients at once | completed a second | request p50, ms | p95, ms | p99, ms | server processor a complete, ms |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for at_once, runs in found.runs.items():
        cells = [
            _spread(runs, lambda r: r.per_second),
            *(_spread(runs, lambda r, q=q: r.quantile(q)) for q in (0.5, 0.95, 0.99)),  # type: ignore[misc]
            _spread(runs, lambda r: r.server_cpu_ms),
        ]
        lines.append(f"| {at_once} | {' | '.join(cells)} |")
    lines += ["", "| one person alone, median of a request | ms |", "|---|---:|"]
    lines += [f"| {text} | {_spread(found.runs[1], _median_of(kind))} |" for kind, text in _KINDS]
    lines += ["", *_limits(found, machine)]
    lost = sum(len(run.lost) for runs in found.runs.values() for run in runs)
    lines += ["", f"Interviews that did not reach their receipt: {lost}."]
    return "\n".join(lines)


def _limits(found: Measured, machine: Machine) -> Iterator[str]:
    runs = found.runs[8]
    rate = statistics.median(run.per_second for run in runs)
    busy = statistics.median(run.server_cpu_ms + run.client_cpu_ms for run in runs)
    commits = rate * (
        statistics.median(run.saves for run in runs) + 2
    )  # the start and the submission as well
    wire = statistics.median(run.wire_bytes for run in runs)
    ceiling = machine.cores * 1000 / busy
    yield "| limit, at 8 clients | found | limit | found / limit |"
    yield "|---|---:|---:|---:|"
    yield (
        f"| processor: {machine.cores} cores over {busy:.0f} ms of server, database and client a complete "
        f"| {rate:.1f}/s | {ceiling:.1f}/s | {rate / ceiling:.2f} |"
    )
    yield (
        f"| disk: durable commits, against forced appends | {commits:.0f}/s | {machine.fsyncs:,.0f}/s "
        f"| {commits / machine.fsyncs:.3f} |"
    )
    yield (
        f"| wire: {wire / 1000:.0f} kB a complete, uncompressed, against 100 Mbit/s | {8 * wire * rate / 1e6:.1f} Mbit/s "
        f"| 100 Mbit/s | {8 * wire * rate / LINE_BITS:.3f} |"
    )
    yield f"| memory of all processes, database included | {found.peak_mib:.0f} MiB | | |"


def bars(interviews: Sequence[Measured], exported: Sequence[Exported]) -> str:
    """The bars of the public questionnaire, and which of them are reached."""
    lines = [
        "## Against the bars",
        "",
        "Four pages: ten questions with 19 stored values, and the same grown to 60 questions, the first page alike.",
        "**Bold**: the aim is reached; *slanted*: the floor; plain: neither, or nothing is asked of it.",
        "",
        f"| figure | floor | aim | {' | '.join(f'{m.questions}, {m.database}' for m in interviews)} |",
        f"|---|---:|---:|{'---:|' * len(interviews)}",
    ]
    ten = {each.database: each for each in interviews if each.questions == TEN}
    rows: tuple[tuple[str, float | None, float | None, Callable[[Measured], float]], ...] = (
        ("completed a second, 1 at a time", None, None, lambda m: _median(m.runs[1], lambda r: r.per_second)),
        ("completed a second, 8 at a time", 45, 80, lambda m: _median(m.runs[8], lambda r: r.per_second)),
        ("completed a second, 32 at a time", 45, 80, lambda m: _median(m.runs[32], lambda r: r.per_second)),
        (
            "server and database processor a complete, 1 at a time, ms",
            40,
            20,
            lambda m: _median(m.runs[1], lambda r: r.server_cpu_ms),
        ),
        (
            "the same, 32 at a time, ms",
            40,
            20,
            lambda m: _median(m.runs[32], lambda r: r.server_cpu_ms),
        ),
        ("first page, one person alone, ms", 10, 5, lambda m: _median(m.runs[1], _median_of("welcome"))),
        ("submit p95, 8 at a time, ms", None, None, lambda m: _median(m.runs[8], _late("submit"))),
        ("submit p95, 32 at a time, ms", 200, 100, lambda m: _median(m.runs[32], _late("submit"))),
        (
            "processor of the first page, against 10 questions",
            1.5,
            1.1,
            lambda m: m.first.welcome_cpu_ms / ten[m.database].first.welcome_cpu_ms,
        ),
        (
            "the same of the first questions",
            1.5,
            1.1,
            lambda m: m.first.questions_cpu_ms / ten[m.database].first.questions_cpu_ms,
        ),
        ("memory of all processes, database included, MiB", 200, 150, lambda m: m.peak_mib),
        (
            "first page transferred (HTML and all it names, gzip), kB",
            60,
            25,
            lambda m: (m.first.html_zipped + m.first.assets_zipped) / 1000,
        ),
        ("requests of the first page", 6, 3, lambda m: m.first.requests),
        ("CSS and JS of the first page, kB", 30, 20, lambda m: m.first.assets_zipped / 1000),
    )
    for name, floor, aim, figure in rows:
        cells = " | ".join(_judged(figure(each), floor, aim) for each in interviews)
        lines.append(f"| {name} | {_bound(floor)} | {_bound(aim)} | {cells} |")
    whole = next((each for each in exported if each.n == EXPORTED), None)
    if whole is not None:
        empty = " | " * (len(interviews) - 1)
        csv, counts = _judged(whole.csv_seconds, 4, 1.5), _judged(whole.figures_seconds, 0.3, 0.05)
        lines.append(f"| CSV of {EXPORTED:,} responses, s | 4 | 1.5 | {csv} |{empty}")
        lines.append(f"| frequencies and means of {EXPORTED:,} responses, s | 0.3 | 0.05 | {counts} |{empty}")
    return "\n".join(lines)


def _judged(value: float, floor: float | None, aim: float | None) -> str:
    """The figure, marked by what it reaches; a larger one is better where the aim is above the floor."""
    text = f"{value:.2f}" if value < 10 else f"{value:.1f}"
    if floor is None or aim is None:
        return text
    sign = 1 if aim > floor else -1
    if sign * value >= sign * aim:
        return f"**{text}**"
    return f"*{text}*" if sign * value >= sign * floor else text


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _exports(found: Sequence[Exported]) -> str:
    """CSV and counts of growing numbers of responses."""
    lines = [
        "## Out of a dataset: CSV, frequencies and means",
        "",
        "A table as freezing writes it, of the questionnaire of ten questions; CSV as staff download it, written by the "
        f"database engine and passed on while it is written. Best of {EXPORT_RUNS} runs, in seconds.",
        "",
        "| responses | CSV | its processor time | MB | frequencies and means | their processor time | peak memory, MiB |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {each.n:,} | {each.csv_seconds:.2f} | {each.csv_cpu:.2f} | {each.csv_mib:.1f} | {each.figures_seconds:.3f} "
        f"| {each.figures_cpu:.3f} | {each.peak_mib:.0f} |"
        for each in found
    ]
    return "\n".join(lines)


def _instrument(found: Large) -> str:
    """Compiling a large instrument, and one page of it."""
    rows = (
        ("compile", found.compile, COMPILE_LIMIT),
        ("read the stored program", found.read, None),
        ("find the path and show a page", found.show, None),
        ("the same with its form and template", found.render, PAGE_LIMIT),
        ("check a page that was sent", found.check, PAGE_LIMIT),
    )
    lines = [
        f"## An instrument of {found.items:,} items",
        "",
        f"Sections of {EACH} items of five types, each hanging on the one before; the page is the last one, with "
        "everything before it answered. Milliseconds of processor time.",
        "",
        "| | ms | limit |",
        "|---|---:|---:|",
    ]
    for name, seconds, limit in rows:
        lines.append(f"| {name} | {1000 * seconds:.1f} | {'' if limit is None else f'{1000 * limit:.0f}'} |")
    return "\n".join(lines)


def _statistics(found: Findings) -> str:
    lines = [
        "## Freeze, rake and estimate",
        "",
        "One process each, linear algebra on one thread; medians of three runs for rake and means, one run for the freeze. "
        "Peak memory is that of the whole process, the data included. The last column compares the bytes of input that "
        "the task went through in a second with what one core can read from memory.",
        "",
        "| task | respondents | seconds | rows a second | peak memory, MiB | bytes a second / memory |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    limit = found.machine.read_gb * 1e9
    for each in found.frozen:
        stopped = each.done < each.n
        name = "freeze (sealed answers to Parquet)" + (
            f", stopped after {each.done:,} rows" if stopped else ""
        )
        rate = each.done / each.seconds
        lines.append(
            f"| {name} | {each.n:,} | {each.seconds:.1f} | {rate:,.0f} | {each.peak_mib:.0f} "
            f"| {rate * each.document_bytes / limit:.5f} |"
        )
    for row in found.estimates:
        share = row.rows_per_second * _row_bytes(row.task) / limit
        lines.append(
            f"| {row.task} | {row.n:,} | {row.seconds:.3f} | {row.rows_per_second:,.0f} | {row.peak_mib:.0f} "
            f"| {share:.3f} |"
        )
    return "\n".join(lines)


def _row_bytes(task: str) -> int:
    """Bytes of input and output of one respondent: codes, weights, strata and clusters of 8, answers of 1."""
    if task.startswith("rake"):
        return 8 * len(CATEGORIES) + 8 + 8
    return ITEMS + 8 + 8 + 8 + (8 if "clusters" in task else 0)


def _reading() -> str:
    return """## Reading

- An interview is bound by the processor; disk and wire stay below their limits. The clients run on the same two cores, and
  so does whatever else the machine does: rates fall in proportion to the load average above, and a processor that is
  passed from hand to hand also needs more time for the same work. Judge a change by the processor time of one client.
- Of fourteen requests six write: the start, four pages, the submission. Each page is one statement that finds
  draft, wave and time, and one that saves; tests count them (`tests/survey/site/test_statements.py`).
- Pages that are the same for all are set once a process and filled in (docs/decisions.md, Speed). That is why the first page
  costs the same with 60 questions; a page with a person's own answers is made anew and costs more.
- With 60 questions the later pages have 19 questions each: their answers are read, checked and sealed one by one, and
  that is what grows.
- On SQLite all writers take turns; the lock is held for one update and its commit, and everything that can be prepared
  (reading, checking, sealing) is done before it. Within a process they stand in line.
- `minyi serve` forks its two workers from a process that has built the application. They share less memory than one would
  wish: Python counts references inside the objects, and so copies what it only reads. The memory of PostgreSQL's own
  processes comes on top.
- CSV and counts are of a frozen dataset, whose freezing is a step of its own (below) that is done once. The engine writes CSV in
  the order of the rows with little memory; a browser that stops reading stops it.
- The freeze opens each document, walks the instrument for it, and writes typed cells in a canonical form under a digest.
- Raking and means are small beside everything else a run does: their time goes into checks, sorting and the products by
  domain, not into reading the answers."""


def _median_of(kind: str) -> Callable[[Run], float]:
    return lambda run: statistics.median(run.times[kind])


def _late(kind: str) -> Callable[[Run], float]:
    return lambda run: run.quantile(0.95, kind)


def _median(runs: Sequence[Run], figure: Callable[[Run], float]) -> float:
    return statistics.median(map(figure, runs))


def _middle(runs: Sequence[Run], figure: Callable[[Run], float], *, digits: int = 1) -> str:
    return f"{statistics.median(map(figure, runs)):.{digits}f}"


def _spread(runs: Sequence[Run], figure: Callable[[Run], float]) -> str:
    values = sorted(map(figure, runs))
    return f"{statistics.median(values):.1f} ({values[0]:.1f} to {values[-1]:.1f})"

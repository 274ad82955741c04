"""`minyi instrument lint`: what can be proven of a questionnaire before anybody has answered it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from admin.commands.instrument_sources import Document, read, stored
from admin.exchange import checking
from admin.exchange.report_text import report_lines
from survey.db import db
from survey.instrument.lint.report import Coverage, LintReport
from survey.instrument.lint.run import DEFAULT_SEED, DEFAULT_WALKS, lint
from survey.instrument.program import Program

_LEVELS = {"error": "error 错误", "gap": "gap 缺漏", "advice": "advice 建议"}
_MOST_WALKS = 100_000
_LEAVING_SHOWN = 5
_ROUTES_SHOWN = 3


@click.command("lint")
@click.argument("source", metavar="FILE|CODE")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--walks",
    type=click.IntRange(0, _MOST_WALKS),
    default=DEFAULT_WALKS,
    show_default=True,
    help="Interviews to simulate; 0 for none.",
)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Seed of the simulation.")
@click.pass_context
def lint_command(ctx: click.Context, source: str, *, as_json: bool, walks: int, seed: int) -> None:
    """Look for what is unsound: places nobody reaches, dead ends, contradictions, quotas that cannot be filled.

    Leaves with 0 where nothing stands in the way of publishing (advice may remain), with 1 where something does.
    """
    if Path(source).is_file():
        document, program = _from_file(Path(source))
    else:
        document, program = ctx.invoke(_from_code, code=source)
    report = lint(program, document, walks=walks, seed=seed)
    if as_json:
        click.echo(json.dumps({"source": source, **report.to_json()}, ensure_ascii=False, indent=2))
    else:
        for line in _lines(source, report):
            click.echo(line)
    if not report.is_sound:
        raise SystemExit(1)


def _from_file(path: Path) -> tuple[Document, Program]:
    imported = read(path)
    compiled = None if imported.document is None else checking.compile_imported(imported.document)
    if imported.document is None or compiled is None or compiled.program is None:
        problems = imported.problems if imported.document is None else checking.all_problems(imported)
        raise click.ClickException("\n".join(report_lines(path.name, imported, problems)))
    return imported.document, compiled.program


@with_appcontext
def _from_code(*, code: str) -> tuple[Document, Program]:
    document, program = stored(db.session(), code)
    if program is None:
        compiled = checking.compile_imported(document)
        if compiled.program is None:
            problems = "\n".join(f"{p.where}: {p.message('en')}" for p in compiled.problems)
            raise click.ClickException(f"The draft of {code} does not compile.\n{problems}")
        program = compiled.program
    return document, program


def _lines(source: str, report: LintReport) -> Iterator[str]:
    verdict = "sound 未发现缺陷" if report.is_sound else "not sound 有缺陷"
    yield f"{source}: {verdict} (proof 依据: {report.proof}, {report.states} states)"
    for finding in report.findings:
        yield f"{_LEVELS[finding.level]} {finding.where}: {finding.message('en')}"
        yield f"    {finding.message('zh')}"
    for duration in report.durations:
        minutes = [
            f"{seconds / 60:.1f}"
            for seconds in (duration.median, duration.low, duration.high, duration.longest)
        ]
        yield (
            f"minutes 分钟 [{duration.language}]: median 中位数 {minutes[0]}, "
            f"10–90 % {minutes[1]}–{minutes[2]}, longest 最长 {minutes[3]}"
        )
    if report.coverage is not None:
        yield from _coverage(report.coverage)
    for quota in report.quotas:
        needed = "–" if quota.completes_to_fill is None else quota.completes_to_fill
        yield (
            f"quota 配额 {quota.code}: limit 上限 {quota.limit}, share 占比 {quota.share:.1%}, "
            f"full after 填满约需 {needed} completes 份"
        )


def _coverage(coverage: Coverage) -> Iterator[str]:
    yield (
        f"walks 模拟 {coverage.walks} (seed {coverage.seed}): completed 完成 {coverage.completed}, "
        f"screened out 甄别 {coverage.screened_out}, stuck 走不下去 {coverage.stuck}, paths 路径 {coverage.paths}"
    )
    for route in coverage.routes[:_ROUTES_SHOWN]:
        yield (
            f"  path 路径 {' '.join(route.pages)}: {route.walks}, "
            f"median 中位数 {route.median:.0f} s, longest 最长 {route.longest:.0f} s"
        )
    for name, shares in (
        ("pages 页", coverage.pages),
        ("items 题", coverage.items),
        ("options 选项", coverage.options),
        ("sides of conditions 条件两面", coverage.conditions),
    ):
        missed = [share.place for share in shares if not share.reached]
        rest = f": not 未到 {', '.join(missed[:10])}" if missed else ""
        yield f"  {name}: {len(shares) - len(missed)}/{len(shares)}{rest}"
    worst = sorted(coverage.leaving, key=lambda leaving: -leaving.share)[:_LEAVING_SHOWN]
    for leaving in worst:
        yield f"  expected to leave at 预计离开于 {leaving.page}: {leaving.share:.2%} after {leaving.seconds:.0f} s"

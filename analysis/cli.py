"""Home of the command `minyi analyse`."""

from pathlib import Path
from typing import cast

import click

from analysis.analyse import SECTIONS, Analysis, analyse_partitions
from analysis.analyse import analyse as run_plan
from analysis.errors import AnalysisError, Language


@click.command("analyse")
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--workers",
    help="DATA is a folder of Parquet files, worked on in parts: a number of processes, or the address of a Dask "
    "cluster.",
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", help="Language of messages.")
def analyse(plan: Path, data: Path, out: Path, workers: str | None, language: str) -> None:
    """Weight, estimate and test a CSV or Parquet file by a plan file (docs/analyse.md)."""
    chosen = cast(Language, language)
    try:
        if workers is not None or data.is_dir():
            number = int(workers) if workers is not None and workers.isdigit() else workers
            found = analyse_partitions(plan, data, workers=number)
        else:
            found = run_plan(plan, data)
        digests = found.write(out)
    except AnalysisError as refusal:
        raise click.ClickException(refusal.message(chosen)) from refusal
    for warning in found.warnings:
        click.echo(warning.message(chosen), err=True)
    _report(found, digests=digests, out=out)


def _report(found: Analysis, *, digests: dict[str, str], out: Path) -> None:
    for name in SECTIONS:
        rows = found.results[name]
        assert isinstance(rows, list)
        if rows:
            click.echo(f"{name}: {len(rows)}")
    for name, sha256 in digests.items():
        click.echo(f"{sha256}  {out / name}")

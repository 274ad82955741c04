"""Commands of scoring: `minyi verify`."""

from __future__ import annotations

from pathlib import Path

import click

from admin.scoring.verify import NOT_REDONE, verify_file


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "fingerprint", help="The key as announced, if you have it from elsewhere.")
def verify(file: Path, fingerprint: str | None) -> None:
    """Check a signed hand-over file without any server: exit 0 if all of it holds, 1 if not."""
    checks = verify_file(file.read_bytes(), fingerprint=fingerprint)
    for check in checks:
        click.echo(
            f"{'ok  ' if check.is_good else 'BAD '} {check.name}{': ' if check.detail else ''}{check.detail}"
        )
    for name in NOT_REDONE:
        click.echo(f"--   not redone here: {name}")
    bad = [check.name for check in checks if not check.is_good]
    click.echo(f"{len(checks) - len(bad)} good, {len(bad)} bad")
    if bad:
        raise SystemExit(1)

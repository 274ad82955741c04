"""Home of the drawn sample: cases read from a file, single-use tokens issued for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from admin.fieldwork import columns, csv_cells, csv_files, rules
from admin.fieldwork.csv_files import Column, Row
from admin.fieldwork.services import files
from survey import audit
from survey.access import tokens
from survey.access.tokens import Form, SampleCase
from survey.identity.actors import Actor
from survey.models.wave import Wave
from survey.ports import KeyStore

_CONTEXT = "context."


def issue_tokens(
    session: Session,
    wave: Wave,
    cases: Iterable[SampleCase],
    *,
    keys: KeyStore,
    actor: Actor,
    form: Form = Form.LINK,
) -> list[str]:
    """One single-use token per case, in their order; the plain tokens exist only in what is returned.

    Raises Conflict where the wave has closed.
    """
    if reason := rules.why_no_more_facts(wave.status):
        raise reason.conflict()
    issued = tokens.issue(session, wave, cases, keys=keys, form=form)
    audit.record(session, actor.ref, act="token.issue", on=f"wave:{wave.code}", after={"tokens": len(issued)})
    return issued


def issue_from_file(
    session: Session,
    wave: Wave,
    source: files.Source,
    *,
    context_fields: Sequence[str],
    keys: KeyStore,
    actor: Actor,
    form: Form = Form.LINK,
) -> list[tuple[SampleCase, str]]:
    """Tokens for the cases in a CSV file, each with its case. Raises Invalid with the rows at fault, Conflict.

    ``context_fields`` are those of the wave's program; a column ``context.<field>`` carries one, several
    values separated by ``;``.
    """
    file = files.begin(session, source, kind="cases", scope=wave.code, actor=actor)
    cases = read_cases(source.content, context_fields=context_fields)
    issued = issue_tokens(session, wave, cases, keys=keys, actor=actor, form=form)
    files.finish(session, file, n_rows=len(cases))
    return list(zip(cases, issued, strict=True))


def read_cases(content: bytes, *, context_fields: Sequence[str]) -> list[SampleCase]:
    """The drawn cases in a CSV file. Raises Invalid with the rows at fault."""
    context = [Column(name=_CONTEXT + n, read=csv_cells.words(400), is_optional=True) for n in context_fields]
    rows = csv_files.read(content, (*columns.CASES, *context))
    csv_files.refuse(
        [row.problem("probability", "probability") for row in rows if not row.cells["probability"]]
    )
    return [_case(row, context_fields) for row in rows]


def _case(row: Row, context_fields: Sequence[str]) -> SampleCase:
    cells = dict(row.cells)
    context = {name: _context_value(cells.pop(_CONTEXT + name)) for name in context_fields}
    probability: Decimal = cells.pop("probability")
    part = cells.pop("part") or "main"
    known = {name: value for name, value in context.items() if value is not None}
    return SampleCase(probability=format(probability, "f"), part=part, context=known, **cells)


def _context_value(raw: str | None) -> str | list[str] | None:
    if raw is None or ";" not in raw:
        return raw
    return [part.strip() for part in raw.split(";") if part.strip()]


def as_csv(issued: Sequence[tuple[SampleCase, str]], *, base_url: str) -> bytes:
    """The invitation list for whoever sends the links: made once, never stored."""
    lines = ["stratum,mode,case,link"]
    for case, token in issued:
        cells = (case.stratum, case.mode, case.case or "", f"{base_url}/i/{token}")
        lines.append(",".join(cells))  # codes and addresses: no cell needs quoting
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()

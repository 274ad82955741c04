"""After sealing, nothing that the database holds leads from a person to an answer (T11), and the attack would notice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.access import grants, tokens
from survey.collect import attachments, drafts, pages, start, submit, waves
from survey.instrument.compile import compile_instrument
from survey.instrument.program import Program
from survey.ledger import apart, seal
from survey.models.apart import ContactEntry
from survey.models.response import Response
from survey.models.wave import QuotaCell, Wave
from tests.survey.interviews import make_world
from tests.survey.ledger import joining

BATCH = 12
N = 2 * BATCH
TEXT = {"zh": "题", "en": "Item"}
DOCUMENT = {
    "schema": "minyi/instrument/2",
    "id": "joins",
    "version": "1",
    "title": TEXT,
    "languages": ["zh", "en"],
    "sections": [
        {
            "id": "A",
            "title": TEXT,
            "questions": [
                {"id": "T", "type": "text", "text": TEXT},
                {"id": "N", "type": "number", "text": TEXT},
                {"id": "CALL", "type": "contact", "fields": ["name"], "text": TEXT},
                {"id": "PIC", "type": "file", "media": "image", "max_mb": 1, "text": TEXT},
            ],
        }
    ],
}
STRAIGHT = "straight"


@cache
def program() -> Program:
    compiled = compile_instrument(DOCUMENT, scales={}, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


class Town:
    """Twenty-four people on six days, each with words, a number, a name and a photo of their own; two sealings."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.world = make_world(engine, folder, program=program(), code="joins")
        self.secrets: dict[bytes, int] = {}
        with self.world.session() as session:
            cell = {"code": "all", "definition": {"mode": ["web"]}, "cap": N, "n": 0}
            session.add(QuotaCell(wave_id=self.world.wave_id, **cell))
            # Two planted leaks: a counter beside the token, and a table that each submission writes straight into.
            session.execute(sa.text("ALTER TABLE token ADD COLUMN arrived INTEGER"))
            session.execute(sa.text(f"CREATE TABLE {STRAIGHT} (arrival INTEGER, document TEXT)"))
        links = self.world.issue(N)
        for person in range(N):
            self.world.move_clock(timedelta(days=person // 4, seconds=400 * person))
            self.answer(person, links[person])
            if person % 2:
                self.staff_does_something(person)
            if person + 1 in (BATCH, N):
                self.seal(closing=person + 1 == N)

    def answer(self, person: int, link: str) -> None:
        world, keys = self.world, self.world.keys
        with world.session() as session:
            grant = grants.redeem(session, link, keys=keys)
            started = start.open_draft(session, grant, language="zh", consent=True, keys=keys)
            item = program().places["PIC"].item
            taken = attachments.take(
                session,
                started.draft,
                {"PIC": photo(person)},
                items={"PIC": item},
                today=clock.now(session).date(),
                keys=keys,
            )
            raw = {"T": [marker(person)], "N": [str(drawn(person))], "CALL.name": [marker(person)]}
            draft, outcome = pages.save_page(
                session,
                taken.draft,
                "A",
                {**raw, "PIC": [taken.answers["PIC"]]},
                program=program(),
                seen_ver=started.draft.ver,
                at=started.draft.document.opened_at + timedelta(seconds=60 + person),
                keys=keys,
            )
            assert outcome.problems == (), [problem.message("en") for problem in outcome.problems]
        with world.session() as session:
            prepared = submit.prepare(
                draft,
                program=program(),
                wave=waves.load(session, world.wave_id),
                keys=keys,
                now=clock.now(session),
            )
            receipt = submit.commit(session, prepared, keys=keys)
            hashed = tokens.token_hash(link, keys=keys)
            for secret in (
                hashed,
                receipt.hash,
                prepared.key_hash,
                drafts.lookup_hash(started.secret, keys=keys),
            ):
                self.secrets[secret] = person
            arrived = {"n": 3 * person, "h": hashed}
            session.execute(sa.text("UPDATE token SET arrived = :n WHERE hash = :h"), arrived)
            straight = {"n": 5 * person, "d": marker(person)}
            session.execute(sa.text(f"INSERT INTO {STRAIGHT} VALUES (:n, :d)"), straight)

    def staff_does_something(self, person: int) -> None:
        """Acts with a time to the second, right after somebody answered."""
        with self.world.session() as session:
            audit.record(session, "user:lin", act="wave.look", on="wave:joins", after={"seen": person})

    def seal(self, *, closing: bool) -> None:
        with self.world.session() as session:
            wave = session.get_one(Wave, self.world.wave_id)
            assert seal.seal_wave(session, wave, keys=self.world.keys, closing=closing).n_sealed == BATCH

    def tables(self) -> list[joining.Table]:
        names = self.names()
        return joining.read(
            self.world.engine,
            label=lambda table, row: self.owner(table, row, names),
            split={"log_leaf": "origin"},
        )

    def names(self) -> Mapping[object, int]:
        """Whose the rows are that bear nobody's secret: known here from the inside."""
        found: dict[object, int] = {}
        with Session(self.world.engine) as session:
            for response in session.scalars(sa.select(Response)):
                person = number_of(response.document["state"]["answers"]["T"])
                found["response", response.id] = found["leaf", response.leaf_index] = person
                file_id = bytes.fromhex(response.document["state"]["answers"]["PIC"])
                found["attachment", file_id] = person
            ids = session.scalars(sa.select(ContactEntry.id).order_by(ContactEntry.id)).all()
            entries = apart.contacts(session, self.world.wave_id, keys=self.world.keys)
            for key, entry in zip(ids, entries, strict=True):
                found["contact_entry", key] = number_of(entry.fields["name"])
        return found

    def owner(self, table: str, row: Mapping[str, Any], names: Mapping[object, int]) -> int | None:
        if table == STRAIGHT:
            return number_of(row["document"])
        if table.endswith("/c"):
            return names["leaf", row["position"]]
        if table.endswith("/p"):
            return self.secrets[bytes.fromhex(row["data.h"])]
        if (table, row.get("id")) in names:
            return names[table, row["id"]]
        return next(
            (self.secrets[v] for v in row.values() if isinstance(v, bytes) and v in self.secrets), None
        )


def marker(person: int) -> str:
    return f"{hashlib.sha256(b'%d' % person).hexdigest()[: 8 + person % 9]}-{person:03}"


def drawn(person: int) -> int:
    """A number of their own that says nothing of when they came: answers that grow by the day would tell it themselves."""
    return 100_000 + int(hashlib.sha256(b"number %d" % person).hexdigest(), 16) % 900_000


def number_of(text: str) -> int:
    return int(text[-3:])


def photo(person: int) -> bytes:
    target = io.BytesIO()
    Image.new("L", (8 + drawn(person) % 24, 8), 5 * person).save(target, "JPEG")
    return target.getvalue()


ANSWERS = ("response", "attachment", "log_leaf:minyi/joins/c", STRAIGHT)


def attack(town: Town) -> list[joining.Leak]:
    tables = town.tables()
    owned = [table for table in tables if table.labelled()]
    assert {table.name for table in owned} >= {
        "token", "participation", "submission", "contact_entry", "response", "attachment",
        "log_leaf:minyi/joins/p", "log_leaf:minyi/joins/c",
    }  # fmt: skip
    answers = [table for table in owned if table.name in ANSWERS]
    people = [table for table in owned if table.name not in ANSWERS]
    assert all(len({person for person in table.people if person is not None}) == N for table in owned)
    others = [table for table in tables if not table.labelled() and len(table.rows) > 1]
    assert "audit_event" in {table.name for table in others}
    return joining.leaks(people, answers, others, hidden_among=BATCH)


@pytest.mark.slow
def test_no_pair_of_columns_of_any_two_tables_finds_anybody(any_engine: sa.Engine, tmp_path: Path) -> None:
    """Only the leaks that were planted are found, and those are: by order, by row number, by transaction."""
    found = attack(Town(any_engine, tmp_path))
    assert [leak for leak in found if not leak.other.startswith(STRAIGHT)] == []
    ways = {(leak.way, leak.one, leak.other) for leak in found if leak.right == N}
    assert ("same rank", "token.arrived", f"{STRAIGHT}.arrival") in ways
    assert ("same rank", "token.arrived", f"{STRAIGHT}.(order)") in ways
    hidden = (
        ("equal", "token.(transaction)", f"{STRAIGHT}.(transaction)")
        if any_engine.dialect.name == "postgresql"
        else ("same rank", "token.arrived", f"{STRAIGHT}.(row number)")
    )
    assert hidden in ways

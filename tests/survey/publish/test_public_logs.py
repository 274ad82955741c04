"""What anybody can check without us: the folder of public logs, the proof of a receipt, the auditor's signature."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.backends.checkpoints import FolderCheckpoints
from survey.db import make_engine
from survey.errors import Conflict, Invalid
from survey.ledger import auditor_tool, checkpoint, cosigning, notes, origins, receipts, seal, verify
from survey.ledger.receipts import Receipt
from survey.models.ledger import Checkpoint
from survey.models.wave import Wave
from survey.publish import logs, verify_public
from tests.survey.interviews import World, answer, make_world

CODE = "residents-2026"
P, C = f"minyi/{CODE}/p", f"minyi/{CODE}/c"
# RFC 8032 section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_checked_as_rfc_8032_has_them(public: str, message: str, signature: str) -> None:
    key, text, value = (bytes.fromhex(part) for part in (public, message, signature))
    assert verify_public.is_signed(key, text, value)
    assert not verify_public.is_signed(key, text + b"x", value)
    for at in (0, 31, 32, 63):
        wrong = bytearray(value)
        wrong[at] ^= 1
        assert not verify_public.is_signed(key, text, bytes(wrong))


class Town:
    """A wave from its opening to its publication, with the receipts of the people."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.sink = FolderCheckpoints(folder / "sink")
        self.receipts: list[Receipt] = []
        self.sign("opening")
        self.collect(10)
        self.sign("sealing")
        self.collect(3)
        self.sign("close")
        self.sign("publication")

    def collect(self, n: int) -> None:
        self.receipts += [answer(self.world, token)[0] for token in self.world.issue(n)]
        with self.world.session() as session:
            seal.seal_wave(session, self.wave(session), keys=self.world.keys, closing=True)

    def wave(self, session: Session) -> Wave:
        return session.get_one(Wave, self.world.wave_id)

    def sign(self, occasion: str) -> None:
        with self.world.session() as session:
            checkpoint.sign_wave(
                session, self.wave(session), occasion=occasion, keys=self.world.keys, sink=self.sink
            )

    def files(self, auditors: tuple[notes.VerifierKey, ...] = ()) -> dict[str, bytes]:
        with self.world.session() as session:
            return logs.folder(session, CODE, keys=self.world.keys, auditors=auditors)

    def write(self, files: dict[str, bytes], name: str = "public") -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        return folder


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    (folder / "db").write_bytes(sqlite_template.read_bytes())
    return Town(make_world(make_engine(f"sqlite:///{folder / 'db'}"), folder), folder)


def bad(report: verify_public.Report) -> list[str]:
    return [sentence for is_good, sentence in report.checks if not is_good]


def checked(folder: Path, **more: list[str]) -> verify_public.Report:
    given = {"announced": [], "kept": [], "receipts": [], **more}
    return verify_public.verify(verify_public.Folder(folder), **given)


def test_one_file_checks_the_archive_far_from_here(town: Town, tmp_path: Path) -> None:
    """In a folder of its own, with no way to our code: the archive as it is downloaded, and a receipt."""
    archive = tmp_path / "logs.zip"
    archive.write_bytes(logs.zipped(town.files(), name=CODE))
    program = tmp_path / "verify_public.py"
    program.write_bytes(town.files()["verify_public.py"])
    command = [sys.executable, "-I", str(program), str(archive), "--receipt", town.receipts[5].printed]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "0 bad" in done.stdout
    assert f"of {P}" in done.stdout
    stranger = receipts.new_receipt().code
    command[-1] = stranger
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"BAD  receipt {stranger}" in refused.stdout


def test_the_same_content_is_the_same_archive(town: Town) -> None:
    assert logs.zipped(town.files(), name=CODE) == logs.zipped(town.files(), name=CODE)


Tamper = Callable[[dict[str, bytes]], None]


def leaf_changed(files: dict[str, bytes]) -> None:
    files["c.leaves"] = files["c.leaves"][:32] + bytes(32) + files["c.leaves"][64:]


def leaf_dropped(files: dict[str, bytes]) -> None:
    files["p.leaves"] = files["p.leaves"][:-32]


def leaf_added(files: dict[str, bytes]) -> None:
    files["p.leaves"] += bytes(32)


def leaves_exchanged(files: dict[str, bytes]) -> None:
    one, other, rest = files["c.leaves"][:32], files["c.leaves"][32:64], files["c.leaves"][64:]
    files["c.leaves"] = other + one + rest


def size_changed(files: dict[str, bytes]) -> None:
    files["checkpoints.jsonl"] = files["checkpoints.jsonl"].replace(b"\\n13\\n", b"\\n14\\n", 1)


def key_exchanged(files: dict[str, bytes]) -> None:
    lines = files["keys.txt"].split(b"\n")
    name = lines[0].split(b"+")[0].decode()
    other = notes.VerifierKey(name=name, public=bytes(32)).fingerprint.encode()
    files["keys.txt"] = b"\n".join([other, *lines[1:]])


def checkpoint_dropped(files: dict[str, bytes]) -> None:
    kept = [
        line for line in files["checkpoints.jsonl"].split(b"\n") if b"\\n13\\n" not in line or b"/c" in line
    ]
    files["checkpoints.jsonl"] = b"\n".join(kept)


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (leaf_changed, f"checkpoint {C}@10 (sealing) has the root"),
        (leaf_dropped, f"log {P} has 12 leaves"),
        (leaf_added, f"log {P} has 14 leaves"),
        (leaves_exchanged, f"checkpoint {C}@10 (sealing) has the root"),
        (size_changed, "is signed"),
        (key_exchanged, f"checkpoint {P}@0 (opening)"),
        (checkpoint_dropped, f"wave {CODE}: 10 took part, 13 answers"),
    ],
)
def test_whatever_is_changed_in_the_folder_is_named(
    town: Town, tmp_path: Path, tamper: Tamper, named: str
) -> None:
    files = town.files()
    assert bad(checked(town.write(files))) == []
    tamper(files)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert any(named in each for each in bad(checked(tmp_path))), bad(checked(tmp_path))


def test_two_stories_for_two_readers_are_noticed_by_whoever_kept_a_line(town: Town, tmp_path: Path) -> None:
    """A log signed anew with the platform's own key: only the kept checkpoint knows better."""
    files = town.files()
    kept = next(
        json.loads(line)["note"]
        for line in files["checkpoints.jsonl"].decode().split("\n")
        if json.loads(line)["origin"] == C and "\n10\n" in json.loads(line)["note"]
    )
    leaf_changed(files)
    hashes = [files["c.leaves"][at : at + 32] for at in range(0, len(files["c.leaves"]), 32)]
    private = checkpoint.platform_signer(town.world.keys)
    lines = []
    for line in files["checkpoints.jsonl"].decode().strip().split("\n"):
        entry = json.loads(line)
        if entry["origin"] == C:
            size = notes.parse_checkpoint(notes.parse(entry["note"]).text).size
            text = notes.Checkpoint(origin=C, size=size, root=auditor_tool.root_at(hashes, size)).text()
            signature = notes.sign(text, name=C, private=private)
            entry["note"] = notes.Note(text=text, signatures=(signature,)).encode()
        lines.append(json.dumps(entry))
    files["checkpoints.jsonl"] = "\n".join(lines).encode()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert bad(checked(tmp_path)) == []
    assert bad(checked(tmp_path, kept=[kept])) == [f"log {C} continues the kept checkpoint of size 10"]


def test_the_proof_of_a_receipt_checks_by_itself(town: Town) -> None:
    mine, other = town.receipts[2], town.receipts[3]
    with town.world.session() as session:
        proof = receipts.proof(session, mine.code)
    key = checkpoint.platform_key(P, keys=town.world.keys).fingerprint
    assert bad(verify_public.verify_proof(proof, mine.printed, [key])) == []
    assert len(bad(verify_public.verify_proof(proof, other.printed, [key]))) == 1
    assert len(bad(verify_public.verify_proof(proof, mine.printed, []))) == 1


def test_a_proof_of_consistency_leads_from_any_state_to_the_last(town: Town) -> None:
    with town.world.session() as session:
        text = logs.consistency(session, C, old=10)
        assert logs.consistency(session, C, old=14) is None
    assert text is not None
    assert text.startswith("minyi/consistency/v1\nold 10\n")
    assert f"\n{C}\n13\n" in text


def office(town: Town, tmp_path: Path) -> tuple[notes.VerifierKey, list[str]]:
    key = tmp_path / "office.key"
    announced = auditor_tool.make_key(str(key), "audit-office")
    more = ["--key", str(key), "--memory", str(tmp_path / "seen.json"), "--out", str(tmp_path / "out.jsonl")]
    return notes.VerifierKey.parse(announced), more


def test_the_audit_office_signs_offline_and_its_lines_are_published(town: Town, tmp_path: Path) -> None:
    key, more = office(town, tmp_path)
    program = tmp_path / "auditor.py"
    program.write_bytes(logs.signer())
    folder = town.write(town.files(), "for the office")
    command = [sys.executable, str(program), "sign", str(folder), *more]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"signed {C}\nsigned {P}\n"), done.stderr
    wanted = cosigning.AuditOffice(announced=key.fingerprint)
    with town.world.session() as session:
        with pytest.raises(Conflict, match="not_cosigned"):
            cosigning.refuse_uncosigned(session, CODE, office=wanted)
        signed = (tmp_path / "out.jsonl").read_bytes()
        kept = cosigning.take(session, signed, key=key, actor="user:an")
        assert [(each.origin, each.size, each.is_new) for each in kept] == [(C, 13, True), (P, 13, True)]
        again = cosigning.take(session, signed, key=key, actor="user:an")
        assert [each.is_new for each in again] == [False, False]
        cosigning.refuse_uncosigned(session, CODE, office=wanted)
        for name in (None, notes.VerifierKey(name="demo-office", public=key.public).fingerprint):
            with pytest.raises(Conflict, match="no_audit_office"):
                cosigning.refuse_uncosigned(session, CODE, office=cosigning.AuditOffice(announced=name))
    report = checked(town.write(town.files((key,)), "cosigned"), announced=[key.fingerprint])
    assert bad(report) == []
    assert sum("audit-office" in sentence for _, sentence in report.checks) >= 2


def test_lines_of_others_or_of_other_states_are_refused(town: Town, tmp_path: Path) -> None:
    key, more = office(town, tmp_path)
    auditor_tool.main(["sign", str(town.write(town.files())), *more])
    signed = (tmp_path / "out.jsonl").read_bytes()
    stranger = notes.VerifierKey(name="audit-office", public=bytes(32))
    with town.world.session() as session:
        other = notes.VerifierKey(name="other-office", public=key.public)
        changed = signed.replace(b"\\n13\\n", b"\\n12\\n", 1)
        lines = signed.split(b"\n")
        for content, who, code, told in (
            (signed, other, "signature_of_another_name", "Line 1 (log “minyi/residents-2026/c”)"),
            (signed, stranger, "signature_of_another_key", "auditor.py show-key"),
            (changed, key, "signature_wrong", "changed or damaged after signing"),
            (b"", key, "signatures_empty", "The file is empty"),
            (b"x" * 5_000_000, key, "signatures_too_large", "too large"),
            (b"{}", key, "not_signatures", "Line 1 is nothing"),
            (b"PK\x03\x04", key, "not_signatures", "Line 1 is nothing"),
            (signed[:-40], key, "signatures_cut_off", "breaks off in line 2"),
            (lines[0][:90], key, "signatures_cut_off", "breaks off in line 1"),
        ):
            with pytest.raises(Invalid, match=code) as refused:
                cosigning.take(session, content, key=who, actor="user:an")
            assert told in refused.value.message("en")
            assert "没有保存任何内容" in refused.value.message("zh")
        with pytest.raises(Conflict, match="signatures_incomplete"):
            cosigning.take(session, lines[0], key=key, actor="user:an")
        invented = notes.Checkpoint(origin=C, size=99, root=bytes(32)).text()
        _, private = auditor_tool.read_private(str(tmp_path / "office.key"))
        note = invented + "\n" + auditor_tool.sign(invented, "audit-office", private)
        with pytest.raises(Conflict, match="checkpoint_unknown"):
            cosigning.take(
                session, json.dumps({"origin": C, "note": note}).encode(), key=key, actor="user:an"
            )


def test_a_file_from_before_is_told_from_the_newest(engine: sa.Engine, tmp_path: Path) -> None:
    town = Town(make_world(engine, tmp_path), tmp_path)
    key, more = office(town, tmp_path)
    assert auditor_tool.main(["sign", str(town.write(town.files())), *more]) == 0
    old = (tmp_path / "out.jsonl").read_bytes()
    town.collect(4)
    town.sign("sealing")
    assert auditor_tool.main(["sign", str(town.write(town.files())), *more]) == 0
    new = (tmp_path / "out.jsonl").read_bytes()
    with town.world.session() as session:
        kept = cosigning.take(session, new, key=key, actor="user:an")
        assert [(each.size, each.size_now) for each in kept] == [(17, 17), (17, 17)]
        with pytest.raises(Conflict, match="signature_of_an_old_state") as refused:
            cosigning.take(session, old, key=key, actor="user:an")
        assert "size 13" in refused.value.message("en")
        (head, _) = cosigning.heads_of_wave(session, CODE, key=key)
        assert (head.size, head.office_size, head.is_signed) == (17, 17, True)
    town.collect(2)
    town.sign("sealing")
    with town.world.session() as session:
        (head, _) = cosigning.heads_of_wave(session, CODE, key=key)
        assert (head.size, head.office_size, head.is_signed) == (19, 17, False)


def test_a_log_of_another_platform_is_named(town: Town, tmp_path: Path) -> None:
    key, _ = office(town, tmp_path)
    text = notes.Checkpoint(origin="elsewhere/w/p", size=0, root=auditor_tool.EMPTY_ROOT).text()
    _, private = auditor_tool.read_private(str(tmp_path / "office.key"))
    note = text + "\n" + auditor_tool.sign(text, "audit-office", private)
    line = json.dumps({"origin": "elsewhere/w/p", "note": note}).encode()
    with town.world.session() as session, pytest.raises(Conflict, match="log_unknown"):
        cosigning.take(session, line, key=key, actor="user:an")


def test_the_office_refuses_what_does_not_continue_what_it_saw(town: Town, tmp_path: Path) -> None:
    _, more = office(town, tmp_path)
    assert auditor_tool.main(["sign", str(town.write(town.files())), *more]) == 0
    files = town.files()
    leaf_changed(files)
    assert auditor_tool.main(["sign", str(town.write(files, "rewritten")), *more]) == 1
    shorter = {**town.files()}
    shorter["checkpoints.jsonl"] = b"\n".join(
        line for line in shorter["checkpoints.jsonl"].split(b"\n") if b"\\n13\\n" not in line
    )
    assert auditor_tool.main(["sign", str(town.write(shorter, "shorter")), *more]) == 1


def test_a_log_that_lost_leaves_goes_on_under_a_new_name(engine: sa.Engine, tmp_path: Path) -> None:
    """A backup is restored that is older than the last signature: nothing is signed again, the loss is public."""
    town = Town(make_world(engine, tmp_path), tmp_path)
    path = Path(engine.url.database or "")
    engine.dispose()
    backup = path.read_bytes()
    town.collect(4)
    town.sign("sealing")
    engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(backup)
    with pytest.raises(Conflict, match="log_contradicts_checkpoint"):
        town.sign("sealing")
    with town.world.session() as session:
        for log in (P, C):
            hashes = checkpoint.log_hashes(session, log)
            lost = origins.record_break(
                session,
                log,
                hashes=hashes,
                reason={"zh": "恢复", "en": "Restored"},
                actor="user:an",
                sink=town.sink,
            )
            assert (lost.size_signed, lost.size_kept, lost.new_origin) == (17, 13, f"{log}/2")
            with pytest.raises(Conflict, match="log_is_whole"):
                origins.record_break(session, log, hashes=hashes, reason={}, actor="user:an", sink=town.sink)
    town.sign("sealing")
    town.collect(2)
    town.sign("close")
    with town.world.session() as session:
        newest = session.scalars(sa.select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one()
        assert (newest.origin, newest.size) == (f"{C}/2", 15)
        assert verify.verify_wave(session, town.wave(session), keys=town.world.keys, sink=town.sink) == []
        assert receipts.check(session, town.receipts[0].code).origin == f"{P}/2"
    report = checked(town.write(town.files()))
    assert bad(report) == []
    assert any(f"log {C} broke: 4 leaves were lost" in sentence for _, sentence in report.checks)
    hidden = town.files()
    del hidden["breaks.jsonl"]
    assert any("whose break was announced" in each for each in bad(checked(town.write(hidden, "hidden"))))

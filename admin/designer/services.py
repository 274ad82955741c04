"""Home of the verbs on content and instruments: load, with every problem at its place, and lock for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.compiling import compile_document, located
from admin.content.load import Content, document_digest
from admin.content.problems import ContentProblem, ContentProblems
from admin.content.shape import check_shape
from admin.content.yaml_file import YamlFile, parse_yaml
from admin.designer import province, queries
from admin.designer.framework import plan_checks
from survey import audit, clock
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.models.content import ContentDocument
from survey.models.instrument import Instrument, InstrumentVersion

PLAN_KINDS = ("framework", "scoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a folder of content became: its documents by kind and its instrument versions by code."""

    documents: Mapping[str, ContentDocument]
    versions: Mapping[str, InstrumentVersion]


def load_content(session: Session, content: Content, *, actor: Actor) -> Loaded:
    """Keep a checked folder of content: documents, areas, units, instruments. What is known stays as it is.

    Raises Conflict where a document or instrument changed without a new version, ContentProblems where an
    instrument does not compile.
    """
    documents = {
        "province": content.province,
        "framework": content.framework,
        "scoring": content.scoring,
        "report": content.report,
        "participation": content.participation,
        "scales": content.scales,
        **{queries.MODULE + code: module for code, module in content.modules.items()},
    }
    kept = {kind: keep_document(session, kind, doc, actor=actor) for kind, doc in documents.items()}
    province.keep(session, content.province)
    session.flush()
    return Loaded(
        documents=kept,
        versions={
            code: load_instrument(session, document, actor=actor)
            for code, document in content.instruments.items()
        },
    )


def keep_document(
    session: Session, kind: str, document: Mapping[str, Any], *, actor: Actor
) -> ContentDocument:
    """Keep one version of a document; the same bytes again are the same version. Raises Conflict (changed)."""
    digest = document_digest(document)
    number = str(document.get("version") or digest[:12])
    known = session.scalars(
        sa.select(ContentDocument).where(ContentDocument.kind == kind, ContentDocument.version == number)
    ).one_or_none()
    if known is not None:
        if known.digest != digest:
            raise _changed(f"{kind} {number}")
        return known
    kept = ContentDocument(
        kind=kind,
        version=number,
        document=dict(document),
        digest=digest,
        loaded_at=clock.now(session),
        edited_by=actor.ref,
    )
    session.add(kept)
    session.flush()
    audit.record(session, actor.ref, act="document.load", on=f"{kind}:{number}", after={"digest": digest})
    return kept


def load_plan_file(
    session: Session, kind: str, raw: bytes, *, filename: str, actor: Actor
) -> ContentDocument:
    """Keep a framework or scoring plan from a YAML file. Raises ContentProblems with line and path, Conflict."""
    file = _read(raw, filename=filename, kind=kind)
    if problems := plan_checks.problems(session, kind, file):
        raise ContentProblems(problems)
    return keep_document(session, kind, file.value, actor=actor)


def load_instrument_file(session: Session, raw: bytes, *, filename: str, actor: Actor) -> InstrumentVersion:
    """Keep an instrument version from a YAML file. Raises ContentProblems with line and path, Conflict."""
    file = _read(raw, filename=filename, kind="instrument")
    return load_instrument(session, file.value, actor=actor, file=file)


def load_instrument(
    session: Session, document: Mapping[str, Any], *, actor: Actor, file: YamlFile | None = None
) -> InstrumentVersion:
    """Compile and keep one instrument version against the content that is loaded.

    The same program again is the same version. Raises ContentProblems (with lines where ``file`` is given),
    Conflict where the document changed without a new version.
    """
    compilation = compile_document(
        document,
        scales=queries.needed(session, "scales"),
        modules=queries.modules(session),
        province=queries.needed(session, "province"),
        participation=queries.needed(session, "participation"),
    )
    program = compilation.program
    if program is None:
        place = file or YamlFile(name=f"{document.get('id', '?')}.yaml", value=document, marks={})
        raise ContentProblems([located(problem, place) for problem in compilation.problems])
    instrument = session.scalars(sa.select(Instrument).where(Instrument.code == program.code)).one_or_none()
    if instrument is None:
        instrument = Instrument(code=program.code, title=dict(program.title))
        session.add(instrument)
        session.flush()
    known = {v.version: v for v in instrument.versions}.get(program.version)
    if known is not None:
        if known.digest != program.digest:
            raise _changed(f"{program.code} {program.version}")
        return known
    version = InstrumentVersion(
        version=program.version,
        document=dict(document),
        program=program.to_json(),
        digest=program.digest,
        loaded_at=clock.now(session),
    )
    instrument.versions.append(version)
    session.flush()
    audit.record(
        session, actor.ref, act="instrument.load", on=reference(version), after={"digest": version.digest}
    )
    return version


def lock_instrument(session: Session, version: InstrumentVersion, *, actor: Actor) -> None:
    """Lock a version for good. Raises Conflict where it is locked, or where the actor loaded it."""
    if version.locked_at is not None:
        raise _locked()
    if queries.loaded_by(session, reference(version)) == actor.ref and actor.user_id is not None:
        raise _own_work()
    version.locked_at, version.locked_by = clock.now(session), actor.ref
    session.flush()
    audit.record(
        session, actor.ref, act="instrument.lock", on=reference(version), after={"digest": version.digest}
    )


def lock_document(session: Session, document: ContentDocument, *, actor: Actor) -> None:
    """Lock a framework or scoring plan for good. Raises Conflict (locked, own work)."""
    if document.locked_at is not None:
        raise _locked()
    if document.edited_by == actor.ref and actor.user_id is not None:
        raise _own_work()
    document.locked_at, document.locked_by = clock.now(session), actor.ref
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="document.lock",
        on=f"{document.kind}:{document.version}",
        after={"digest": document.digest},
    )


def lock_plan(session: Session, *, actor: Actor) -> tuple[ContentDocument, ContentDocument]:
    """Lock the newest framework and scoring plan together; one that is locked already stays so.

    Raises Conflict where one is missing, or where the actor loaded it.
    """
    found = []
    for kind in PLAN_KINDS:
        queries.needed(session, kind)
        document = queries.newest(session, kind)
        assert document is not None  # `needed` saw it
        if document.locked_at is None:
            lock_document(session, document, actor=actor)
        found.append(document)
    framework, scoring = found
    return framework, scoring


def reference(version: InstrumentVersion) -> str:
    """How the audit log names a version."""
    return f"instrument:{version.instrument.code}/{version.version}"


def _read(raw: bytes, *, filename: str, kind: str) -> YamlFile:
    file = parse_yaml(raw, name=filename)
    problems = [file] if isinstance(file, ContentProblem) else check_shape(file, kind)
    if problems or isinstance(file, ContentProblem):
        raise ContentProblems(problems)
    return file


def _changed(name: str) -> Conflict:
    return Conflict(
        "version_changed",
        zh=f"{name} 的内容与已载入的同一版本不同。修改之后须用新的版本号。",
        en=f"{name} differs from the version that is loaded under this number. A change needs a new number.",
    )


def _locked() -> Conflict:
    return Conflict(
        "locked",
        zh="这一版本已经锁定，不再改变。",
        en="This version is locked and does not change any more.",
    )


def _own_work() -> Conflict:
    return Conflict(
        "own_work",
        zh="载入者不能锁定自己的版本，须由另一位审核人锁定。",
        en="Whoever loaded a version does not lock it; a reviewer does.",
    )

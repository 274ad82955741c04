"""Stage 7: the day is announced, people write and approve the report, it is published, stages are signed off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo.progress import stage
from admin.demo.world import World, actor, cycle
from admin.home import services as home
from admin.reports import queries, services
from survey.identity.permissions import Role
from survey.models.content import ContentDocument
from survey.models.cycle import CycleStage
from survey.models.dataset import Dataset
from survey.models.instrument import InstrumentVersion
from survey.models.publication import Release
from survey.models.response import Participation
from survey.models.scoring import HandOver, Run
from survey.models.wave import Wave

TITLE = {
    "zh": "澜川省2026年满意度调查结果",
    "en": "Lanchuan Province: satisfaction survey 2026, the results",
}
#: What people write: the one part that the platform cannot know, and who pays.
METHODS = {
    "sponsor": (
        "publisher",
        "经费由省绩效管理办公室年度预算承担（演示）。",
        "The cost is borne by the annual budget of the Provincial Performance Management Office (demo).",
    ),
    "limits": (
        "statistician",
        "这是一个虚构省份的演示：答卷由模拟产生，不代表任何真实的人或地方。电话访问的应答率不高，愿意回答的人可能与不愿"
        "回答的人看法不同；加权只能校正性别、年龄、城乡等已知的差异。不同调查方式之间可能仍有小的差异。县级样本太小，只公布"
        "分档。专家是邀请的名单，不是抽样。第一年的调查没有可比的往年结果。指数反映受访者的感受，不等于对工作本身的全面评价。",
        "This is a demo of a fictional province: the answers are simulated and stand for no real person or place. "
        "Response rates by telephone are low, and people who answer may see things differently from those who do not; "
        "weights correct only known differences such as sex, age, town and country. Small differences between ways of "
        "asking may remain. Samples of counties are too small for more than bands. Experts are invited and not drawn. "
        "There is no earlier year to compare with. An index shows what respondents feel, which is not the whole of a "
        "unit's work.",
    ),
}
#: By stage, who signs it off in the demo.
_SIGNERS: Mapping[str, str] = MappingProxyType(
    {
        "index_refinement": "designer",
        "instrument_design": "designer",
        "fieldwork": "fieldwork",
        "analysis": "statistician",
        "report": "publisher",
    }
)


def announce(world: World) -> None:
    """The day of publication is announced with the provisional results, two months ahead."""
    world.stand_at(world.moment(world.day("provisional_results"), "10:00"))
    with stage("Day of publication announced", 1) as progress:
        with world.work() as session:
            services.announce(
                session,
                cycle(session),
                title=TITLE,
                release_at=world.moment(world.day("publication"), "09:30"),
                actor=actor(session, "publisher"),
            )
        progress.advance()
    sign_off(world, "index_refinement", "instrument_design", "fieldwork")


def publish(world: World) -> None:
    """The report is written and approved in the week of the hand-over, and published on the announced day."""
    world.stand_at(world.moment(world.day("countersign", "to"), "10:00"))
    with stage("Report written, approved by two, published", 3) as progress:
        with world.work() as session:
            release, run = _release(session), _latest_run(session)
            services.choose_run(session, release, run=run, actor=actor(session, "lead"))
            for part, (username, zh, en) in METHODS.items():
                services.fill_method(
                    session, release, part_id=part, zh=zh, en=en, actor=actor(session, username)
                )
        progress.advance()
        for username, role in (("statistician", Role.STATISTICIAN), ("publisher", Role.PUBLISHER)):
            with world.work() as session:
                services.approve(session, _release(session), role=role, actor=actor(session, username))
        progress.advance()
        sign_off(world, "analysis")
        world.stand_at(world.moment(world.day("publication"), "09:30"))
        with world.work() as session:
            run = _latest_run(session)
            services.publish(
                session,
                _release(session),
                run=run,
                results=services.results_of(run, data_dir=world.settings.data_dir),
                actor=actor(session, "publisher"),
                keys=world.keys,
                sink=world.sink,
                auditor=world.auditor(),
            )
        progress.advance()
    sign_off(world, "report")


def sign_off(world: World, *stages: str) -> None:
    """Sign stages off whose work is on record; one that is signed, or not done, stays as it is."""
    for name in stages:
        with world.work() as session:
            found = next(each for each in cycle(session).stages if each.stage == name)
            note = _EVIDENCE[name](session) if found.signed_at is None else ""
            if note:
                signer = actor(session, _SIGNERS[name])
                home.add_evidence(session, found, note=note, actor=signer)
                if not _waits(found):
                    home.sign_stage(session, found, actor=signer)


def _waits(found: CycleStage) -> bool:
    """Whether an earlier stage is open, as the analysis is where a gate blocks: then nothing later is signed."""
    return any(
        other.position < found.position and other.signed_at is None and other.stage != "countermeasures"
        for other in found.cycle.stages
    )


def _framework_locked(session: Session) -> str:
    framework = session.scalar(
        sa.select(ContentDocument).where(
            ContentDocument.kind == "framework", ContentDocument.locked_at.is_not(None)
        )
    )
    if framework is None:
        return ""
    return f"指标框架 {framework.version} 已锁定 · Index framework {framework.version} locked · {framework.digest}"


def _instruments_locked(session: Session) -> str:
    versions = session.scalars(sa.select(InstrumentVersion).order_by(InstrumentVersion.id)).all()
    if not versions or any(version.locked_at is None for version in versions):
        return ""
    digests = ", ".join(version.digest[:12] for version in versions)
    return f"{len(versions)} 份问卷已锁定 · {len(versions)} instruments locked · {digests}"


def _waves_sealed(session: Session) -> str:
    waves = session.scalars(sa.select(Wave).where(Wave.evaluator_group != "open_participants")).all()
    if not waves or any(wave.status != "sealed" for wave in waves):
        return ""
    n = session.scalar(sa.select(sa.func.count()).select_from(Participation)) or 0
    return f"{len(waves)} 个轮次已封存，{n} 份答卷 · {len(waves)} waves sealed, {n} answers"


def _handed_over(session: Session) -> str:
    """Signed only where the hand-over is: a run that a gate blocks does not end the analysis."""
    signed = session.scalar(
        sa.select(HandOver).where(HandOver.status == "signed").order_by(HandOver.id.desc()).limit(1)
    )
    dataset = session.scalar(sa.select(Dataset).order_by(Dataset.id.desc()).limit(1))
    if signed is None or dataset is None:
        return ""
    return f"数据集 · dataset {dataset.digest[:16]}；会签移交 · hand-over {signed.digest}"


def _published(session: Session) -> str:
    release = _release(session)
    return "" if release.digest is None else f"已发布 · published · {release.digest}"


_EVIDENCE: Mapping[str, Callable[[Session], str]] = MappingProxyType(
    {
        "index_refinement": _framework_locked,
        "instrument_design": _instruments_locked,
        "fieldwork": _waves_sealed,
        "analysis": _handed_over,
        "report": _published,
    }
)


def _release(session: Session) -> Release:
    return queries.releases(session, cycle(session))[0]


def _latest_run(session: Session) -> Run:
    return session.scalars(
        sa.select(Run).where(Run.cycle_id == cycle(session).id).order_by(Run.number.desc()).limit(1)
    ).one()

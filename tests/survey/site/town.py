"""A small installation for tests of pages: demo plans and instruments locked, an open wave, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from admin.content.load import Content, compile_all, document_digest, load_content
from survey import clock, ids
from survey.access import tokens
from survey.access.tokens import SampleCase
from survey.instrument.program import Program
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.publication import PublishedFile, Release
from survey.models.wave import OpenEntry, Wave, WaveStatus
from survey.ports import KeyStore

TITLE = {"zh": "2026年公众满意度调查", "en": "Public satisfaction survey 2026"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Where to go in the small installation."""

    wave_id: int
    wave: str
    entry: str
    tokens: tuple[str, ...]
    announced: str
    overdue: str
    published: str
    blocked: str


def build(session: Session, keys: KeyStore) -> Town:
    """Everything a visitor may meet; the caller commits."""
    now, content = clock.now(session), _content()
    cycle = Cycle(code="2026", year=2026, title=TITLE)
    session.add(cycle)
    for kind in ("scoring", "framework", "province"):
        session.add(
            ContentDocument(
                kind=kind,
                version="2026.1",
                document=dict(getattr(content, kind)),
                digest=content.digests[kind],
                loaded_at=now - timedelta(days=40),
                locked_at=now - timedelta(days=30),
                locked_by="anna",
            )
        )
    versions = _instruments(session, content, now - timedelta(days=30))
    session.flush()
    wave = Wave(
        public_id=ids.public_id(),
        code="residents-2026",
        cycle_id=cycle.id,
        title=content.instruments["residents"]["title"],
        evaluator_group="residents",
        instrument_version_id=versions["residents"].id,
        status=WaveStatus.OPEN.value,
        time_zone="Asia/Shanghai",
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=20),
        opened_at=now - timedelta(days=2),
    )
    session.add(wave)
    session.flush()
    session.add(OpenEntry(code="lanchuan", wave_id=wave.id))
    cases = [SampleCase(stratum="990100/urban", probability="0.001", seal_group="990100") for _ in range(4)]
    issued = tokens.issue(session, wave, cases, keys=keys)
    return Town(
        wave_id=wave.id,
        wave=wave.public_id,
        entry="lanchuan",
        tokens=tuple(issued),
        announced=_release(session, cycle, days=28),
        overdue=_release(session, cycle, days=-1),
        published=_release(session, cycle, days=-3, document=document()),
        blocked=_release(session, cycle, days=-5, document=document(failed=("G12",))),
    )


@cache
def _content() -> Content:
    """The demo province, read once a test process."""
    return load_content()


@cache
def _programs() -> dict[str, Program]:
    return compile_all(_content())


def _instruments(session: Session, content: Content, locked_at: Any) -> dict[str, InstrumentVersion]:
    found = {}
    for code, program in _programs().items():
        instrument = Instrument(code=code, title=content.instruments[code]["title"])
        version = InstrumentVersion(
            instrument=instrument,
            version=program.version,
            document=dict(content.instruments[code]),
            program=program.to_json(),
            digest=program.digest,
            loaded_at=locked_at,
            locked_at=locked_at,
            locked_by="anna",
        )
        session.add_all([instrument, version])
        found[code] = version
    return found


def _release(session: Session, cycle: Cycle, *, days: int, document: dict[str, Any] | None = None) -> str:
    now = clock.now(session)
    release = Release(
        public_id=ids.public_id(),
        cycle_id=cycle.id,
        title={"zh": "2026年满意度调查结果", "en": "Results of the satisfaction survey 2026"},
        announced_at=now - timedelta(days=35),
        release_at=now + timedelta(days=days),
    )
    if document is not None:
        release.document, release.digest = document, document_digest(document)
        release.published_at = release.release_at
    session.add(release)
    session.flush()
    if document is not None:
        session.add(
            PublishedFile(
                release_id=release.id,
                name="composites.csv",
                media_type="text/csv",
                sha256="ab" * 32,
                content=b"unit_id,composite\r\ncity_yunlan,72.40\r\n",
            )
        )
    return release.public_id


CITIES = (
    ("云澜市", "Yunlan", 74.6), ("栖川市", "Qichuan", 71.2), ("汀阳市", "Tingyang", 66.3),
    ("霁城市", "Jicheng", 69.4), ("棠州市", "Tangzhou", 63.8), ("岫安市", "Xiu'an", 61.0),
    ("泊宁市", "Boning", 70.1), ("渚平市", "Zhuping", 67.7), ("榆泽市", "Yuze", 65.2),
    ("峤州市", "Qiaozhou", 60.4), ("禾屿市", "Heyu", 68.8), ("曜港市", "Yaogang", 72.9),
    ("蓼塘市", "Liaotang", 64.1), ("钧陵市", "Junling", 62.2),
)  # fmt: skip


def document(*, failed: tuple[str, ...] = ()) -> dict[str, Any]:
    """A release document as the report builder writes it, with invented figures."""
    return {
        "schema": "minyi/release/1",
        "cycle": "2026",
        "summary": [
            {"zh": "十四个市中，云澜市的综合指数最高，为74.6分（95%区间72.9至76.3分）。", "en": "Of the fourteen cities Yunlan has the highest composite, 74.6 points (95 % interval 72.9 to 76.3)."},
            {"zh": "多数相邻城市之间没有可靠差异，名次只能以区间表示。", "en": "Between most neighbouring cities there is no reliable difference, so positions are given as ranges."},
            {"zh": "各市将在三十日内公布改进承诺。", "en": "Each city publishes its commitments within thirty days."},
        ],
        "classes": [_city_class(), _department_class()],
        "areas": [_residents()],
        "dimensions": [],
        "shares": [_shares()],
        "open": [
            {
                "title": {"zh": "居民", "en": "Residents"},
                "n": 412,
                "rows": [{"code": "yunlan", "name": {"zh": "云澜市", "en": "Yunlan"}, "index": 66.1, "n": 140},
                         {"code": "xiuan", "name": {"zh": "岫安市", "en": "Xiu'an"}, "index": None, "n": None}],
            }
        ],
        "gates": [_gate(f"G{n:02}", failed) for n in range(1, 18)],
        "methods": [
            {"id": f"m{n}", "title": {"zh": f"方法说明{n}", "en": f"Statement {n}"}, "text": {"zh": "按比例分层抽样，电话与网络并用。", "en": "Stratified sampling by telephone and web."}}
            for n in range(1, 12)
        ],
        "removals": [{"label": {"zh": "重复答卷", "en": "Duplicates"}, "n": 35}],
        "counts": [{"label": {"zh": "计入分析", "en": "In the analysis"}, "n": 14200}],
        "digests": [{"label": {"zh": "结果摘要", "en": "Result digest"}, "value": "c0ffee" * 10 + "abcd"}],
    }  # fmt: skip


def _city_class() -> dict[str, Any]:
    order = sorted(CITIES, key=lambda city: -city[2])
    units = [
        {
            "code": f"city_{en.lower()}",
            "name": {"zh": f"{zh}人民政府", "en": f"{en} City Government"},
            "composite": value,
            "low": value - 1.7,
            "high": value + 1.7,
            "unweighted": round(value - 0.8, 2),
            "n": 980,
            "n_effective": 611.0,
            "grade": {"zh": "一般", "en": "Fair"},
            "borderline": value > 73.3,
            "rank_low": max(1, place - 2),
            "rank_high": min(14, place + 3),
            "groups": [
                {
                    "name": {"zh": "居民", "en": "Residents"},
                    "index": value - 2,
                    "low": value - 4.4,
                    "high": value + 0.4,
                    "n": 620,
                    "weight": 0.5263,
                }
            ],
        }
        for place, (zh, en, value) in enumerate(order, start=1)
    ]
    return {
        "code": "D",
        "title": {"zh": "市级人民政府", "en": "City governments"},
        "finding": {"zh": "前五个市之间没有可靠差异", "en": "Among the first five cities there is no reliable difference"},
        "units": units,
    }  # fmt: skip


def _department_class() -> dict[str, Any]:
    return {
        "code": "A",
        "title": {"zh": "民生服务类", "en": "Livelihood services"},
        "finding": {"zh": "今年没有可以评分的单位", "en": "No unit of this class can be scored this year"},
        "units": [
            {
                "code": "edu",
                "name": {"zh": "省教育厅", "en": "Department of Education"},
                "reason": {"zh": "参评群体权重不足70%", "en": "The groups present carry less than 70 % of the weight"},
            }
        ],
    }  # fmt: skip


def _residents() -> dict[str, Any]:
    rows = [
        {
            "code": en.lower(),
            "name": {"zh": zh, "en": en},
            "index": value - 2,
            "low": value - 4.4,
            "high": value + 0.4,
            "unweighted": value - 3,
            "n": 620,
            "n_effective": 402.3,
            "deff": 1.54,
            "rank_low": 1,
            "rank_high": 9,
        }
        for zh, en, value in CITIES[:-1]
    ]
    rows.append({"code": "junling", "name": {"zh": "钧陵市", "en": "Junling"}})
    return {
        "code": "residents",
        "title": {"zh": "居民评价", "en": "What residents say"},
        "finding": {"zh": "居民最满意的是云澜市", "en": "Residents are most satisfied in Yunlan"},
        "rows": rows,
    }


def _shares() -> dict[str, Any]:
    texts = [
        ("您对本地的空气质量满意吗？", "How satisfied are you with the air quality where you live?"),
        (
            "您对住处周边的环境卫生满意吗？",
            "How satisfied are you with the cleanliness of your neighbourhood?",
        ),
        ("最近一次看病，您对等候的时间满意吗？", "How satisfied were you with the waiting time?"),
    ]
    points = [[0.05, 0.1, 0.25, 0.4, 0.2], [0.08, 0.15, 0.27, 0.35, 0.15], [0.15, 0.25, 0.3, 0.2, 0.1]]
    return {
        "code": "residents",
        "title": {"zh": "居民：逐题回答", "en": "Residents, question by question"},
        "finding": {"zh": "最不满意的是看病等候的时间", "en": "Waiting for the doctor satisfies least"},
        "rows": [
            {
                "code": f"R{n}",
                "text": {"zh": zh, "en": en},
                "points": shares,
                "satisfied": shares[3] + shares[4],
                "dissatisfied": shares[0] + shares[1],
                "dont_know": 0.04 * n,
                "n": 8200,
            }
            for n, ((zh, en), shares) in enumerate(zip(texts, points, strict=True), start=1)
        ],
    }


def _gate(name: str, failed: tuple[str, ...]) -> dict[str, Any]:
    is_warning = name in {"G06", "G07", "G08", "G09", "G13", "G14"}
    status = "fail" if name in failed else "warn" if name == "G07" else "pass"
    answer = {"zh": "题目将在明年修订。", "en": "The items will be revised next year."}
    return {
        "id": name,
        "level": "warn" if is_warning else "block",
        "status": status,
        "title": {"zh": "误差达标", "en": "Margin of error"},
        "message": {"zh": "最大半宽1.7分。", "en": "Largest half-width 1.7 points."},
        "value": "1.7",
        "threshold": "3.0",
        "answer": answer if status == "warn" else None,
    }

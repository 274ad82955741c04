"""Home of the gates' plan: which gates stand, at which level, and the numbers they test against."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, ClassVar

from analysis.errors import AnalysisError, Text

GATE_IDS = tuple(f"G{number:02d}" for number in range(1, 18))


class GateLevel(StrEnum):
    """`block` stops the hand-over and nobody can waive it; `warn` must be answered in writing."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The numbers of the gates, with the demo plan's as defaults; shares are 0–1, points are 0–100.

    The sentences of a plan are for people and are never parsed; a plan that differs states the number in the
    gate's own ``thresholds``.
    """

    minimum_valid: Mapping[str, int] = field(default_factory=dict)
    minimum_effective: Mapping[str, float] = field(default_factory=dict)
    half_width: Mapping[str, float] = field(
        default_factory=lambda: {"A": 3.0, "B": 3.0, "C": 4.0, "D": 3.0, "E": 4.0}
    )
    margin_points: float = 0.5
    largest_over_mean: float = 5.0
    kish_deff: float = 2.5
    rr3: Mapping[str, float] = field(default_factory=lambda: {"cati": 0.08})
    participation_rate_modes: tuple[str, ...] = ("web",)
    reliability: float = 0.70
    criterion: float = 0.50
    dont_know: float = 0.30
    removed: float = 0.08
    checked: float = 0.10
    confirmed: float = 0.98
    coaching: float = 0.02
    robust_z: float = 4.0
    least_counties: int = 5
    mode_effect: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlan:
    """One gate as the plan declares it."""

    id: str
    level: GateLevel
    title_zh: str
    title_en: str
    test: str


class GateError(AnalysisError):
    """A plan of gates that cannot be evaluated."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "gate_unknown": Text(
            zh="方案中的关卡“{gate}”没有对应的检验。可用：G01—G17。",
            en='The plan names gate "{gate}", for which there is no test. Known: G01 to G17.',
        ),
        "gate_twice": Text(zh="方案中的关卡“{gate}”出现两次。", en='The plan names gate "{gate}" twice.'),
        "gate_missing": Text(
            zh="方案缺少关卡“{gate}”。不得删减关卡。",
            en='The plan lacks gate "{gate}". Gates may not be left out.',
        ),
        "gate_level": Text(
            zh="关卡“{gate}”的级别“{level}”无效，须为 block 或 warn。",
            en='Gate "{gate}" has level "{level}"; it must be block or warn.',
        ),
        "threshold_unknown": Text(
            zh="关卡“{gate}”写有未知的阈值“{name}”。可用：{known}。",
            en='Gate "{gate}" states an unknown threshold "{name}". Known: {known}.',
        ),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """All gates of a plan with the numbers they test against."""

    gates: tuple[GatePlan, ...]
    thresholds: Thresholds

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Gates":  # Any: parsed YAML or JSON
        """Read the gates of a scoring plan (``satisfaction-demo/scoring/1``).

        Raises
        ------
        GateError
            If a gate is missing, named twice or unknown, or its level or a threshold is unknown.
        """
        rows = {str(row["id"]): row for row in document["gates"]}
        for row in document["gates"]:
            if row["id"] not in GATE_IDS:
                raise GateError("gate_unknown", gate=row["id"])
        if len(rows) != len(document["gates"]):
            names = [str(row["id"]) for row in document["gates"]]
            raise GateError("gate_twice", gate=next(name for name in names if names.count(name) > 1))
        for gate in GATE_IDS:
            if gate not in rows:
                raise GateError("gate_missing", gate=gate)
        minimums = document["unit_index"]
        thresholds = Thresholds(
            minimum_valid=dict(minimums["minimum_valid_respondents"]),
            minimum_effective=dict(minimums["minimum_effective_sample"]),
        )
        for gate, row in rows.items():
            thresholds = _overridden(thresholds, gate, row.get("thresholds", {}))
        return cls(gates=tuple(_gate(gate, rows[gate]) for gate in GATE_IDS), thresholds=thresholds)


def _gate(gate: str, row: Mapping[str, Any]) -> GatePlan:
    if row["level"] not in tuple(GateLevel):
        raise GateError("gate_level", gate=gate, level=row["level"])
    return GatePlan(
        id=gate,
        level=GateLevel(row["level"]),
        title_zh=str(row["zh"]),
        # The demo plan titles its gates in Chinese; its English sentence is the test itself.
        title_en=str(row.get("en", row["test"])),
        test=str(row["test"]),
    )


def _overridden(thresholds: Thresholds, gate: str, stated: Mapping[str, Any]) -> Thresholds:
    known = {item.name for item in fields(Thresholds)}
    for name in stated:
        if name not in known:
            raise GateError("threshold_unknown", gate=gate, name=name, known=", ".join(sorted(known)))
    # Any: the numbers of a parsed document, one type per field
    changes: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stated.items()
    }
    return replace(thresholds, **changes)

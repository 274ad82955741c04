"""Home of a gate's result: status, what was measured against what, and a sentence in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar

from analysis.errors import Language
from analysis.gates.messages import MESSAGES
from analysis.gates.plan import GateLevel, GatePlan

Cell = TypeVar("Cell", bound="Scalar")
Scalar = str | int | float | bool | None
Evidence = Mapping[str, Scalar]
Limit = float | int | str | Mapping[str, float] | Mapping[str, int]


class GateStatus(StrEnum):
    """`fail`: a block gate that is not met; `warn`: a warn gate that is not met; `no_input`: a block gate
    with nothing to look at, which blocks."""

    PASS = "pass"  # noqa: S105  a status, no password
    FAIL = "fail"
    WARN = "warn"
    NO_INPUT = "no_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a gate's test found, before the plan's level is known.

    Attributes
    ----------
    is_met : whether the test is passed
    code : of the message; its sentence comes from the catalogue
    value : the number that decides, or None
    threshold : what it is compared with
    evidence : one row per thing looked at, each with ``ok``
    """

    is_met: bool
    code: str
    value: float | None
    threshold: Mapping[str, Limit]
    evidence: tuple[Evidence, ...]
    context: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate of one run."""

    id: str
    level: GateLevel
    status: GateStatus
    title_zh: str
    title_en: str
    code: str
    value: float | None
    threshold: Mapping[str, Limit]
    evidence: tuple[Evidence, ...]
    context: Mapping[str, Scalar]

    @property
    def is_passed(self) -> bool:
        """Whether the test is met."""
        return self.status is GateStatus.PASS

    @property
    def is_blocking(self) -> bool:
        """Whether the hand-over must stop."""
        return self.level is GateLevel.BLOCK and not self.is_passed

    def title(self, language: Language) -> str:
        """The plan's title."""
        return self.title_zh if language == "zh" else self.title_en

    def message(self, language: Language) -> str:
        """What was found, in a sentence with its numbers."""
        return MESSAGES[self.code].fill(language, self.context)

    def to_document(self) -> dict[str, Any]:  # Any: JSON
        """A JSON-ready document; numbers unrounded."""
        return {
            "id": self.id,
            "level": self.level.value,
            "status": self.status.value,
            "title": {"zh": self.title_zh, "en": self.title_en},
            "code": self.code,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "value": self.value,
            "threshold": {
                name: dict(limit) if isinstance(limit, Mapping) else limit
                for name, limit in self.threshold.items()
            },
            "evidence": [dict(row) for row in self.evidence],
        }


def judged(gate: GatePlan, finding: Finding | None) -> GateResult:
    """A finding under the plan's level; no finding means there was nothing to look at."""
    if finding is None:
        finding = Finding(
            is_met=False,
            code="no_input",
            value=None,
            threshold=MappingProxyType({}),
            evidence=(),
            context=MappingProxyType({}),
        )
        unmet = GateStatus.NO_INPUT
    else:
        unmet = GateStatus.FAIL
    if gate.level is GateLevel.WARN:
        unmet = GateStatus.WARN
    return GateResult(
        id=gate.id,
        level=gate.level,
        status=GateStatus.PASS if finding.is_met else unmet,
        title_zh=gate.title_zh,
        title_en=gate.title_en,
        code=finding.code,
        value=finding.value,
        threshold=finding.threshold,
        evidence=finding.evidence,
        context=finding.context,
    )


def finding(
    prefix: str,
    evidence: Sequence[Evidence],
    *,
    threshold: Mapping[str, Limit],
    value: float | None,
    is_met: bool | None = None,
    **context: Scalar,
) -> Finding:
    """A finding whose message is ``<prefix>_met`` or ``<prefix>_unmet``; met if every row is ``ok``."""
    unmet = [row for row in evidence if not row["ok"]]
    met = not unmet if is_met is None else is_met
    return Finding(
        is_met=met,
        code=f"{prefix}_met" if met else f"{prefix}_unmet",
        value=None if value is None else _known(value),
        threshold=MappingProxyType(dict(threshold)),
        evidence=tuple(
            MappingProxyType({name: _known(cell) for name, cell in row.items()}) for row in evidence
        ),
        context=MappingProxyType({"rows": len(evidence), "unmet": len(unmet), **context}),
    )


def _known(value: Cell) -> Cell | None:
    """None for a number that does not exist: nan has no place in a signed document."""
    return None if isinstance(value, float) and not isfinite(value) else value

"""Home of the scoring plan as values: the numbers of the locked plan document, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from analysis.score.conversion import Conversion
from analysis.score.reasons import ScoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeThreshold:
    """A grade and the composite from which it is reached."""

    grade: str
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRule:
    """One named addition or deduction and the most it may amount to, in points."""

    id: str
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringPlan:
    """The numbers of a scoring plan that turn group indices into an annual score.

    Weights are shares of 1, scores and adjustments are points (0–100).
    """

    version: str
    conversion: Conversion
    evaluator_weights: Mapping[str, Mapping[str, float]]
    minimum_valid: Mapping[str, int]
    minimum_effective: Mapping[str, float]
    caps: Mapping[str, float]
    minimum_weight_present: float
    must_be_present_any_of: tuple[str, ...]
    unit_module_weight: float
    domain_items_weight: float
    peacetime_weight: float
    annual_weight: float
    term_years: int
    mode_mix_limit: float
    external_weights: Mapping[str, float]
    additions: tuple[AdjustmentRule, ...]
    deductions: tuple[AdjustmentRule, ...]
    additions_maximum: float
    deductions_maximum: float
    grades: tuple[GradeThreshold, ...]
    lowest_grade: str
    coverage: float
    list_length: int

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ScoringPlan":  # Any: parsed YAML or JSON
        """Read the plan document (``satisfaction-demo/scoring/1``).

        Raises
        ------
        ScoreError
            ``plan_key_missing`` naming the absent key; ``plan_weights_not_one`` naming the class or part whose
            weights do not add up to 1; ``plan_share_out_of_range`` naming a share outside 0–1; the codes of
            ``Conversion`` for a table that may not be used.
        """
        try:
            plan = cls._read(document)
        except KeyError as missing:
            raise ScoreError("plan_key_missing", key=str(missing.args[0])) from missing
        plan._check()
        return plan

    @classmethod
    def _read(cls, document: Mapping[str, Any]) -> "ScoringPlan":
        unit_index, periods = document["unit_index"], document["periods"]
        missing, adjustments = document["missing_group_rule"], document["adjustments"]
        grades, ranking = document["grades"], document["ranking"]
        parts = unit_index["department"]["with_domain_items"]
        lowest = [name for name in grades["labels"] if name not in grades["thresholds"]]
        return cls(
            version=str(document["version"]),
            conversion=Conversion(
                values={int(code): float(value) for code, value in document["conversion"]["values"].items()},
                unequal_spacing_reason=str(document["conversion"].get("unequal_spacing_reason", "")),
            ),
            evaluator_weights={
                unit_class: {group: float(weight) for group, weight in row.items()}
                for unit_class, row in document["evaluator_weights"].items()
            },
            minimum_valid={g: int(n) for g, n in unit_index["minimum_valid_respondents"].items()},
            minimum_effective={g: float(n) for g, n in unit_index["minimum_effective_sample"].items()},
            caps={group: float(cap) for group, cap in missing["caps"].items()},
            minimum_weight_present=float(missing["minimum_weight_present"]),
            must_be_present_any_of=tuple(missing["must_be_present_any_of"]),
            unit_module_weight=float(parts["unit_module"]),
            domain_items_weight=float(parts["domain_items"]),
            peacetime_weight=float(periods["peacetime"]["weight"]),
            annual_weight=float(periods["annual"]["weight"]),
            term_years=int(periods["term"]["years"]),
            mode_mix_limit=float(periods["term"].get("mode_mix_limit", 0.15)),
            external_weights={
                c: float(w) for c, w in document["external_component"]["weight_in_annual_score"].items()
            },
            additions=_adjustment_rules(adjustments["additions"]),
            deductions=_adjustment_rules(adjustments["deductions"]),
            additions_maximum=float(adjustments["total_additions_max"]),
            deductions_maximum=float(adjustments["total_deductions_max"]),
            grades=tuple(
                GradeThreshold(grade=grade, threshold=float(threshold))
                for grade, threshold in sorted(grades["thresholds"].items(), key=lambda pair: -pair[1])
            ),
            lowest_grade=lowest[0],
            coverage=float(ranking["coverage"]),
            list_length=int(ranking["top_and_bottom_lists"]["k"]),
        )

    def _check(self) -> None:
        for unit_class, row in self.evaluator_weights.items():
            if not isclose(sum(row.values()), 1.0, abs_tol=1e-6):
                raise ScoreError("plan_weights_not_one", part=f"evaluator_weights.{unit_class}")
        for part, total in (
            ("unit_index.department", self.unit_module_weight + self.domain_items_weight),
            ("periods", self.peacetime_weight + self.annual_weight),
        ):
            if not isclose(total, 1.0, abs_tol=1e-6):
                raise ScoreError("plan_weights_not_one", part=part)
        shares = {**self.caps, **self.external_weights, "minimum_weight_present": self.minimum_weight_present}
        for key, share in shares.items():
            if not 0 <= share <= 1:
                raise ScoreError("plan_share_out_of_range", key=key, value=share)


def _adjustment_rules(rows: list[Mapping[str, Any]]) -> tuple[AdjustmentRule, ...]:
    return tuple(AdjustmentRule(id=str(row["id"]), maximum=float(row["max"])) for row in rows)

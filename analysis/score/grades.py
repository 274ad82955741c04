"""Home of the grade of a composite and of the mark "borderline"."""

from dataclasses import dataclass

from analysis.score.plan import ScoringPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The grade of a point estimate; borderline where its interval contains a threshold."""

    grade: str
    is_borderline: bool


def grade(value: float, plan: ScoringPlan, *, ci_low: float, ci_high: float) -> Grade:
    """The best grade whose threshold the unrounded value reaches."""
    reached = [entry.grade for entry in plan.grades if value >= entry.threshold]
    return Grade(
        grade=reached[0] if reached else plan.lowest_grade,
        is_borderline=any(ci_low <= entry.threshold <= ci_high for entry in plan.grades),
    )

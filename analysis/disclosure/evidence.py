"""Home of the evidence of a disclosure rule: what was measured against what."""

from dataclasses import dataclass

from analysis.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule looked at: its name, the number measured, the threshold, whether it is met."""

    name: str
    value: float | None
    threshold: float | None
    is_met: bool

    def to_row(self) -> Row:
        """A flat row."""
        return {
            "check": self.name,
            "value": self.value,
            "threshold": self.threshold,
            "is_met": int(self.is_met),
        }

"""Home of the declaration of what is computed from partitions: design, margins, items and domains by column name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis._types import Lonely
from analysis.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One pass over a survey of any size.

    Attributes
    ----------
    items : columns whose means are estimated.
    by : columns whose crossed labels are the domains.
    weights, strata, psu, fpc, lonely : as in `SurveyDesign`, first stage only.
    missing : code of a missing answer in whole-number columns; nulls are missing too.
    margins : column -> label -> people, for raking; empty for none.
    scales : name -> columns whose moments are kept, for reliability and factor models.
    tolerance, max_iterations : of the raking.
    """

    items: Sequence[str]
    by: Sequence[str] = ()
    weights: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    lonely: Lonely = Lonely.REFUSE
    missing: int | None = None
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    scales: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tolerance: float = 1e-9
    max_iterations: int = 1000

    def __post_init__(self) -> None:
        if not self.items:
            raise InvalidInput("no_columns")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        named = [self.weights, self.strata, self.psu, self.fpc, *self.by, *self.margins, *self.items]
        named += [column for scale in self.scales.values() for column in scale]
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def design_columns(self) -> tuple[str, ...]:
        """The columns that the first pass reads: all but the answers."""
        named = [self.weights, self.strata, self.psu, self.fpc, *self.by, *self.margins]
        return tuple(dict.fromkeys(name for name in named if name is not None))

"""Home of the declaration of what is computed from partitions: design, margins, items and domains by column name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis._types import Lonely
from analysis.errors import InvalidInput
from analysis.scale.derived import Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One pass over a survey of any size.

    Attributes
    ----------
    items : columns, or names in `derived`, whose means are estimated.
    derived : name -> a value made from columns.
    by : columns whose crossed labels are the domains.
    weights, strata, psu, fpc, lonely : as in `SurveyDesign`, first stage only.
    where : column -> labels that are kept; other rows are in no domain.
    missing : codes of a missing answer; nulls and empty texts are missing too.
    margins : column -> label -> people, for raking; empty for none. `margin_names` : what reports call them, if not by
        their columns.
    totals : whether totals are wanted instead of means.
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
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: int | str | Sequence[str] = ()
    derived: Mapping[str, Derived] = field(default_factory=dict)
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    margin_names: Sequence[str] = ()
    scales: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: bool = False
    tolerance: float = 1e-9
    max_iterations: int = 1000

    def __post_init__(self) -> None:
        if not self.items and not self.scales:
            raise InvalidInput("no_columns")

    @property
    def missing_codes(self) -> tuple[str, ...]:
        """The codes as texts."""
        if isinstance(self.missing, (int, str)):
            return (str(self.missing),)
        return tuple(str(code) for code in self.missing)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        named = [*self.design_columns, *(name for name in self.items if name not in self.derived)]
        named += [column for value in self.derived.values() for column in value.columns]
        named += [column for scale in self.scales.values() for column in scale]
        return tuple(dict.fromkeys(named))

    @property
    def design_columns(self) -> tuple[str, ...]:
        """The columns that the first pass reads: all but the answers."""
        named = [self.weights, self.strata, self.psu, self.fpc, *self.by, *self.where, *self.margins]
        return tuple(dict.fromkeys(name for name in named if name is not None))

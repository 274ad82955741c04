"""Home of the declaration of a survey design by column names, which a table turns into a bound design."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import Centre, Lonely, Pps
from analysis.columns import Columns, columns_of
from analysis.design import BoundDesign
from analysis.errors import DesignError, InvalidInput
from analysis.replicates.given import given
from analysis.variance.layout import Stage

Names = str | Sequence[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDesign:
    """Which columns say how the sample was drawn; nothing is computed before `bind`.

    Parameters
    ----------
    weights : column of design weights; or `probabilities`, a column of inclusion probabilities. Neither: everyone counts 1.
    strata, psu, fpc : one column, or one per stage, outermost first (None inside a sequence: no strata at that stage).
        fpc holds numbers of units in the population of the stratum, or fractions; with `pps`, probabilities of the PSUs.
    lonely : what to do with a stratum of one PSU; refused by default.
    nested : PSU ids may repeat in other strata (default).
    pps : "brewer" or "hajek" for unequal probabilities without replacement.
    replicate_weights : columns of replicate weights, or a prefix that ends in "*"; with `replicate_method` and, where the
        method does not say it, `replicate_scale`, `replicate_rscales`, `replicate_rho`, `replicate_centre`.

    Raises
    ------
    DesignError, InvalidInput
        On `bind`: a column that is missing or cannot be what it is declared to be, by name.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., ch. 7 and 9.
    """

    weights: str | None = None
    probabilities: str | None = None
    strata: str | Sequence[str | None] | None = None
    psu: Names = None
    fpc: Names = None
    lonely: Lonely | str = Lonely.REFUSE
    nested: bool = True
    pps: Pps | str | None = None
    replicate_weights: Names = None
    replicate_method: str | None = None
    replicate_scale: float | None = None
    replicate_rscales: Sequence[float] | None = None
    replicate_rho: float = 0.0
    replicate_combined: bool = True
    replicate_centre: Centre | str = Centre.REPLICATES

    def bind(
        self, table: Any, *, missing: int | None = None
    ) -> BoundDesign:  # Any: whatever has columns by name
        """The design of the rows of `table`: a mapping of arrays, a data frame, or a `Table` that was read.

        Parameters
        ----------
        missing : the code of a missing answer, so that whole-number answers may stay one byte each.
        """
        columns = columns_of(table, missing=missing)
        psu, strata, fpc = _names(self.psu), _names(self.strata), _names(self.fpc)
        if max(len(strata), len(fpc)) > max(len(psu), 1):
            raise DesignError("more_stages", psu=len(psu), strata=len(strata), fpc=len(fpc))
        design = BoundDesign(
            weights=_weights(self, columns),
            strata=_labels(columns, strata, stage=0),
            psu=_labels(columns, psu, stage=0),
            fpc=_numbers(columns, fpc, stage=0),
            lonely=Lonely(self.lonely) if self.lonely in list(Lonely) else _refused_lonely(self.lonely),
            nested=self.nested,
            pps=None if self.pps is None else Pps(self.pps),
            later=tuple(
                Stage(
                    units=_labels(columns, psu, stage=stage),
                    strata=_labels(columns, strata, stage=stage),
                    fpc=_numbers(columns, fpc, stage=stage),
                )
                for stage in range(1, len(psu))
            ),
            columns=columns,
        )
        return design if self.replicate_weights is None else self._with_replicates(design, columns)

    def _with_replicates(self, design: BoundDesign, columns: Columns) -> BoundDesign:
        if self.replicate_method is None:
            raise DesignError("replicates_no_method")
        names = _matching(self.replicate_weights, columns.columns)
        return given(
            design,
            np.column_stack([columns.numbers(name) for name in names]),
            method=self.replicate_method,
            scale=self.replicate_scale,
            rscales=self.replicate_rscales,
            rho=self.replicate_rho,
            combined=self.replicate_combined,
            centre=Centre(self.replicate_centre),
        )


def _names(given_names: str | Sequence[str | None] | None) -> tuple[str | None, ...]:
    if given_names is None:
        return ()
    return (given_names,) if isinstance(given_names, str) else tuple(given_names)


def _weights(declared: SurveyDesign, columns: Columns) -> np.ndarray[tuple[Any, ...], np.dtype[np.float64]]:
    if declared.weights is not None and declared.probabilities is not None:
        raise DesignError("weights_twice", weights=declared.weights, probabilities=declared.probabilities)
    if declared.probabilities is not None:
        chance = columns.numbers(declared.probabilities)
        bad = np.flatnonzero(~((chance > 0.0) & (chance <= 1.0)))
        if bad.size:
            raise DesignError("bad_probability", row=int(bad[0]) + 1, value=float(chance[bad[0]]))
        return 1.0 / chance
    if declared.weights is not None:
        weights = columns.numbers(declared.weights)
        bad = np.flatnonzero(~np.isfinite(weights))
        if bad.size:
            raise InvalidInput("not_finite", name=declared.weights, row=int(bad[0]) + 1)
        return weights
    return np.ones(columns.labels(columns.columns[0]).shape[0])


def _labels(columns: Columns, names: Sequence[str | None], *, stage: int) -> ArrayLike | None:
    name = names[stage] if stage < len(names) else None
    if name is None:
        return None
    labels = columns.labels(name)
    missing = np.flatnonzero(labels == "")
    if missing.size:
        raise InvalidInput("not_finite", name=name, row=int(missing[0]) + 1)
    return labels


def _numbers(columns: Columns, names: Sequence[str | None], *, stage: int) -> ArrayLike | None:
    name = names[stage] if stage < len(names) else None
    return None if name is None else columns.numbers(name)


def _matching(names: Names, existing: Sequence[str]) -> list[str]:
    wanted = [name for name in _names(names) if name is not None]
    if len(wanted) == 1 and wanted[0].endswith("*"):
        found = [name for name in existing if name.startswith(wanted[0][:-1])]
        if not found:
            raise DesignError("replicates_no_columns", prefix=wanted[0])
        return found
    return wanted


def _refused_lonely(value: str) -> Lonely:
    choices = ", ".join(member.value for member in Lonely)
    raise InvalidInput("bad_option", name="lonely", value=value, choices=choices)

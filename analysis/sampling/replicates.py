"""Home of sample replicates: a drawn sample cut at random into parts that are released one after the other."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.results import Result, Row
from analysis.sampling.drawn import Draw
from analysis.sampling.errors import require
from analysis.sampling.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleReplicates(Result):
    """Parts of a draw.

    Attributes
    ----------
    group : (n,) part of each drawn unit, from 1; in the order of the draw's rows
    groups : number of parts
    ids : of the drawn units
    """

    group: IntArray
    groups: int
    ids: tuple[str, ...]
    draw: Draw

    def released(self, groups: int) -> IntArray:
        """Places (0 to n − 1) of the drawn units in the first `groups` parts; a part is worked whole or not at all."""
        require("groups", groups, least=1, most=self.groups)
        return np.flatnonzero(self.group <= groups).astype(np.int64)

    def probabilities(self, groups: int) -> FloatArray:
        """(m,) inclusion probabilities of the released units: that of the draw times the share of the stratum's
        drawn units that was released."""
        places = self.released(groups)
        strata = np.array([self.draw.strata[row] for row in self.draw.rows])
        _, code = np.unique(strata, return_inverse=True)
        drawn = np.bincount(code)
        out = np.bincount(code[places], minlength=len(drawn))
        share = (out / drawn)[code[places]]
        return np.asarray(self.draw.probabilities[self.draw.rows][places] * share)

    def to_rows(self) -> list[Row]:
        """One row per drawn unit."""
        return [{"id": name, "replicate": int(part)} for name, part in zip(self.ids, self.group, strict=True)]


def sample_replicates(drawn: Draw, *, groups: int, seed: Seed) -> SampleReplicates:
    """Cut a draw at random into parts of equal size (to one unit) in every stratum: a main sample and its reserve.

    Later parts are released whole if answers fall short, so that no case is ever replaced by an easier one and the
    probabilities stay known. The order inside a stratum is that of the seed's numbers for this purpose.

    References
    ----------
    Lavrakas (2008), Encyclopedia of Survey Research Methods, "Sample replicates"; Lohr (2022), Sampling: Design and
    Analysis, 3rd ed., sec. 1.4 (why substitution is no cure for nonresponse).
    """
    require("groups", groups, least=1, most=len(drawn.rows))
    uniforms = seed.uniforms(list(drawn.ids), purpose="replicates")
    strata = np.array([drawn.strata[row] for row in drawn.rows])
    group = np.zeros(len(drawn.rows), dtype=np.int64)
    begin = 0
    for name in np.unique(strata):
        members = np.flatnonzero(strata == name)
        order = members[np.argsort(uniforms[members], kind="stable")]
        # The next stratum goes on where this one ended, so that small strata do not all fill the first part.
        group[order] = (begin + np.arange(len(order))) % groups + 1
        begin = (begin + len(order)) % groups
    return SampleReplicates(
        method=f"{groups} random parts per stratum",
        definition="sampling.replicates",
        group=group,
        groups=groups,
        ids=drawn.ids,
        draw=drawn,
    )

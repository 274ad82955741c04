"""Home of the declaration of a path model: latent variables, their items, and who leads to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from analysis import _check
from analysis._types import BoolArray
from analysis.index.errors import IndexRefused


class Mode(StrEnum):
    """How weights are found: `A` by correlations (reflective), `B` by regression (formative)."""

    A = "A"
    B = "B"


class Scheme(StrEnum):
    """How a latent variable listens to its neighbours: sign of the correlation, the correlation, or along the paths
    (slopes on those that lead to it, correlations with those it leads to).
    """

    CENTROID = "centroid"
    FACTORIAL = "factorial"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathModel:
    """Blocks of items and directed paths between them.

    Attributes
    ----------
    blocks : latent variable -> its items; paths : (from, to) pairs without a circle; modes : "A" unless named.

    Raises
    ------
    IndexRefused
        ``block_empty``, ``block_unknown``, ``path_cycle``, ``block_alone``.
    """

    blocks: Mapping[str, Sequence[str]]
    paths: Sequence[tuple[str, str]]
    modes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block, items in self.blocks.items():
            if not items:
                raise IndexRefused("block_empty", block=block)
        for block in (*(end for path in self.paths for end in path), *self.modes):
            if block not in self.blocks:
                raise IndexRefused("block_unknown", block=block)
        for mode in self.modes.values():
            _check.choice("modes", mode, among=Mode)
        touched = {end for path in self.paths for end in path}
        for block in self.blocks:
            if block not in touched:
                raise IndexRefused("block_alone", block=block)
        self._ordered()

    @property
    def names(self) -> tuple[str, ...]:
        """The latent variables, in the order of `blocks`."""
        return tuple(self.blocks)

    @property
    def items(self) -> tuple[str, ...]:
        """All items, block by block."""
        return tuple(item for items in self.blocks.values() for item in items)

    def leads(self) -> BoolArray:
        """(b, b) whether row leads to column."""
        leads = np.zeros((len(self.blocks), len(self.blocks)), dtype=np.bool_)
        for first, second in self.paths:
            leads[self.names.index(first), self.names.index(second)] = True
        return leads

    def mode(self, block: str) -> Mode:
        """Mode of a block."""
        return Mode(self.modes.get(block, Mode.A))

    def _ordered(self) -> None:
        """Take away blocks that nothing leads to until none is left, or refuse the circle."""
        left = set(self.blocks)
        while left:
            free = [b for b in left if not any(second == b and first in left for first, second in self.paths)]
            if not free:
                raise IndexRefused("path_cycle", block=min(left))
            left -= set(free)


def acsi_model(blocks: Mapping[str, Sequence[str]], *, complaints: bool = True) -> PathModel:
    """The paths of the American type of satisfaction model over six (or, without complaints, five) blocks.

    Parameters
    ----------
    blocks : items of "expectations", "quality", "value", "satisfaction", "complaints" and "loyalty".

    References
    ----------
    Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60, fig. 1.
    """
    paths = [
        ("expectations", "quality"),
        ("expectations", "value"),
        ("expectations", "satisfaction"),
        ("quality", "value"),
        ("quality", "satisfaction"),
        ("value", "satisfaction"),
        ("satisfaction", "loyalty"),
    ]
    if complaints:
        paths += [("satisfaction", "complaints"), ("complaints", "loyalty")]
    return PathModel(blocks=blocks, paths=paths)

"""Home of the algebra of tests on a two-way table: Pearson's statistic, its design effects, and Wald's statistic."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray

_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignEffects:
    """The generalised design effects of a table: `delta` (r, r) symmetric with them as eigenvalues.

    `r` is (I - 1)(J - 1), less where empty cells make interactions impossible.
    """

    delta: FloatArray

    @property
    def size(self) -> int:
        """Free interactions."""
        return int(self.delta.shape[0])

    @property
    def trace(self) -> float:
        """Sum of the design effects."""
        return float(np.trace(self.delta))

    @property
    def trace_of_square(self) -> float:
        """Sum of their squares."""
        return float((self.delta * self.delta).sum())

    @property
    def eigenvalues(self) -> FloatArray:
        """(r,) the design effects themselves."""
        return np.asarray(np.linalg.eigvalsh(self.delta))


def pearson(shares: FloatArray, *, n: int) -> float:
    """Pearson's X2 of an (I, J) table of shares, scaled to n respondents."""
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(n * ((shares - expected) ** 2 / expected).sum())


def share_covariance(totals: FloatArray, covariance: FloatArray) -> FloatArray:
    """(K, K) covariance of the shares from that of the (K,) totals."""
    total = float(totals.sum())
    shares = totals / total
    crossed = np.outer(shares, covariance.sum(axis=0))
    return np.asarray(
        (covariance - crossed - crossed.T + covariance.sum() * np.outer(shares, shares)) / total**2
    )


def design_effects(shares: FloatArray, covariance: FloatArray, *, n: int) -> DesignEffects:
    """Generalised design effects of the hypothesis of independence.

    With C an orthogonal complement of the main effects and D the diagonal of the observed shares, they are the
    eigenvalues of `n (C'D^-1 C)^-1 C'D^-1 V D^-1 C`; an empty cell counts as D^-1 = 0.

    Parameters
    ----------
    shares : (I, J). covariance : (I J, I J) of the shares. n : respondents that Pearson's statistic is scaled to.

    References
    ----------
    Rao, Scott (1984), Annals of Statistics 12, 46-60, eq. 2.11 (the design effects) and sec. 4 (the saturated case).
    """
    basis = _interactions(*shares.shape)
    flat = shares.ravel()
    scaled = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)[:, None] * basis
    root = _inverse_root(basis.T @ scaled)
    return DesignEffects(delta=n * (root.T @ (scaled.T @ covariance @ scaled) @ root))


def _interactions(rows: int, columns: int) -> FloatArray:
    """(I J, (I - 1)(J - 1)) basis of the tables whose rows and columns all add up to 0."""
    return np.asarray(np.kron(_contrasts(rows), _contrasts(columns)), dtype=np.float64)


def _contrasts(size: int) -> FloatArray:
    return np.vstack([-np.ones((1, size - 1)), np.eye(size - 1)])


def _inverse_root(matrix: FloatArray) -> FloatArray:
    """(k, r) R with R' A R = 1 on the r directions in which the matrix is not singular."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > _SINGULAR * values[-1]
    return np.asarray(vectors[:, kept] / np.sqrt(values[kept]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wald:
    """Wald's statistic X2 of k numbers, and the rank of their covariance (below k it does not exist)."""

    x2: float
    size: int
    rank: int


def wald(totals: FloatArray, covariance: FloatArray, *, shape: tuple[int, int]) -> Wald:
    """Wald's test of the residual totals `n_ij - n_i. n_.j / n_..`, without the first row and column.

    Parameters
    ----------
    totals : (I J,) weighted counts. covariance : of them.
    """
    table = totals.reshape(shape)
    row, column, total = table.sum(axis=1), table.sum(axis=0), float(table.sum())
    residual = table - np.outer(row, column) / total
    in_row = np.kron(np.eye(shape[0]), np.ones((shape[1], shape[1])))
    in_column = np.kron(np.ones((shape[0], shape[0])), np.eye(shape[1]))
    share_of_column = np.tile(column / total, shape[0])[:, None]
    share_of_row = np.repeat(row / total, shape[1])[:, None]
    jacobian = (
        np.eye(totals.size)
        - in_row * share_of_column
        - in_column * share_of_row
        + share_of_row * share_of_column
    )
    free = np.ravel(np.outer(np.arange(shape[0]) > 0, np.arange(shape[1]) > 0))
    found = (jacobian @ covariance @ jacobian.T)[np.ix_(free, free)]
    return solve_wald(residual.ravel()[free], found)


def solve_wald(values: FloatArray, covariance: FloatArray) -> Wald:
    """`v' V^-1 v`, nan where V is singular (seen after scaling every number to variance 1)."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if not np.all(scale > 0):
        return Wald(x2=float("nan"), size=values.size, rank=int(np.count_nonzero(scale)))
    correlation = covariance / np.outer(scale, scale)
    rank = int(np.linalg.matrix_rank(correlation, tol=1e-10 * values.size, hermitian=True))
    if rank < values.size:
        return Wald(x2=float("nan"), size=values.size, rank=rank)
    z = values / scale
    return Wald(x2=float(z @ np.linalg.solve(correlation, z)), size=values.size, rank=rank)

"""Home of the full maximum-likelihood fit of each pair: thresholds and correlation together."""

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray
from analysis.correlation._pairs import FAR, Pairs, edges, filled, probabilities, slopes_in_rho
from analysis.correlation._two_step import LARGEST, Fit

MOST_STEPS = 200
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FullFit:
    """Estimates of each pair; its thresholds belong to the pair, not to the item."""

    rho: FloatArray
    se: FloatArray
    first_tau: FloatArray
    second_tau: FloatArray
    converged: BoolArray
    steps: int


def fit(pairs: Pairs, start: Fit) -> FullFit:
    """Fisher scoring from the two-step solution, with steps halved until the likelihood rises.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460, eq. 4-12.
    """
    h, k, rho = pairs.h.copy(), pairs.k.copy(), start.rho.copy()
    done = start.at_limit.copy()  # at the limit the thresholds of the margins are the best there is
    steps = 0
    while steps < MOST_STEPS and not done.all():
        steps += 1
        left = np.flatnonzero(~done)
        step = _scoring_step(pairs.counts[left], h[left], k[left], rho[left])
        h[left], k[left], rho[left], moved = _risen(pairs.counts[left], h[left], k[left], rho[left], step)
        done[left] = moved < TOLERANCE
    _, information = _score(pairs.counts, h, k, rho)
    se = np.sqrt(np.linalg.inv(information)[:, -1, -1])
    return FullFit(rho=rho, se=se, first_tau=h, second_tau=k, converged=done, steps=steps)


def _score(
    counts: FloatArray, h: FloatArray, k: FloatArray, rho: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(P, q) derivative of the log likelihood and (P, q, q) its expected information, q = 2 T + 1."""
    p, t = h.shape
    chance = probabilities(h, k, rho)
    jacobian = np.zeros((p, t + 1, t + 1, 2 * t + 1))
    across, along = edges(h, k, rho), edges(k, h, rho).transpose(0, 2, 1)
    for row in range(t):
        jacobian[:, row, :, row] = across[:, row]
        jacobian[:, row + 1, :, row] = -across[:, row]
        jacobian[:, :, row, t + row] = along[:, :, row]
        jacobian[:, :, row + 1, t + row] = -along[:, :, row]
    jacobian[..., -1] = slopes_in_rho(h, k, rho)
    flat, odds = jacobian.reshape(p, -1, 2 * t + 1), chance.reshape(p, -1, 1)
    score = (counts.reshape(p, -1, 1) / odds * flat).sum(axis=1)
    information = np.swapaxes(flat / odds, 1, 2) @ flat * counts.sum(axis=(1, 2))[:, None, None]
    # A filler threshold moves nothing: a 1 on its diagonal keeps the system solvable.
    idle = np.concatenate([~filled(h), ~filled(k), np.zeros((p, 1), dtype=np.bool_)], axis=1)
    place = np.arange(2 * t + 1)
    information[:, place, place] += idle
    return score, information


def _scoring_step(counts: FloatArray, h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    score, information = _score(counts, h, k, rho)
    return np.asarray(np.linalg.solve(information, score[:, :, None])[:, :, 0])


def _risen(
    counts: FloatArray, h: FloatArray, k: FloatArray, rho: FloatArray, step: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """The point after a step, halved per pair until the likelihood does not fall, and how far it moved."""
    t, length = h.shape[1], np.ones(len(rho))
    before = _log_likelihood(counts, h, k, rho)
    for _ in range(30):
        moved = step * length[:, None]
        new_h = np.where(filled(h), h + moved[:, :t], FAR)
        new_k = np.where(filled(k), k + moved[:, t:-1], FAR)
        new_rho = np.clip(rho + moved[:, -1], -LARGEST, LARGEST)
        ordered = (np.diff(new_h) >= 0).all(axis=1) & (np.diff(new_k) >= 0).all(axis=1)
        worse = ~ordered | (_log_likelihood(counts, new_h, new_k, new_rho) < before - 1e-9 * np.abs(before))
        if not worse.any():
            break
        length = np.where(worse, length / 2.0, length)
    return new_h, new_k, new_rho, np.abs(moved).max(axis=1)


def _log_likelihood(counts: FloatArray, h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    return np.asarray((counts * np.log(probabilities(h, k, rho))).sum(axis=(1, 2)))

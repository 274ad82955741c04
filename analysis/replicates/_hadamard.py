"""Home of Hadamard matrices, the balance behind half-samples and successive differences."""

import numpy as np

from analysis._types import FloatArray


def hadamard(least: int) -> FloatArray:
    """(R, R) matrix of +1 and -1 with orthogonal columns, the first all +1; R the smallest order found from `least` on.

    Orders are 2^a (q + 1), q a prime of form 4k + 3: Paley's first construction, doubled by Sylvester's. A multiple of 4
    that is not of this form is passed over for the next one.

    References
    ----------
    Paley (1933), Journal of Mathematics and Physics 12, 311-320.
    """
    order = max(4 * -(-least // 4), 4)
    while True:
        found = _of_order(order)
        if found is not None:
            return found
        order += 4


def _of_order(order: int) -> FloatArray | None:
    if order in (1, 2):
        return np.array([[1.0, 1.0], [1.0, -1.0]])[:order, :order]
    if _is_prime(order - 1) and (order - 1) % 4 == 3:
        return _paley(order - 1)
    if order % 2:
        return None
    half = _of_order(order // 2)
    return None if half is None else np.block([[half, half], [half, -half]])


def _paley(q: int) -> FloatArray:
    """(q + 1, q + 1) from the quadratic residues of q."""
    residues = {(x * x) % q for x in range(1, q)}
    character = np.array([0.0] + [1.0 if x in residues else -1.0 for x in range(1, q)])
    place = (np.arange(q)[:, None] - np.arange(q)[None, :]) % q
    core = character[place]
    matrix = np.ones((q + 1, q + 1))
    matrix[1:, 0] = -1.0
    matrix[1:, 1:] = core + np.eye(q)
    return np.asarray(
        matrix * matrix[:, :1]
    )  # a column of +1 first: the mean of a replicate stays that of all


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))

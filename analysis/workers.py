"""Home of running the same work on one core, on processes or on a Dask cluster, with the same results to the last bit.

Work is cut into numbered pieces; each gives a state, and states are merged in a fixed tree over the numbers. Which
machine made a state, and in which order they came, changes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Protocol, Self, TypeVar

from analysis.errors import InvalidInput


class State(Protocol):
    """A summary of rows that adds up over parts of the data."""

    def merge(self, other: Self) -> Self:
        """The state of the rows of both."""


Piece = TypeVar("Piece")
Summary = TypeVar("Summary", bound=State)
Workers = int | str | Any | None  # Any: a client of Dask
"""None or 1: this process; a number: so many processes (or an executor); an address or a client: a Dask cluster."""

_AHEAD = 16  # pieces handed out before the first result is taken: nobody waits, and states do not pile up


def summarised(
    make: Callable[[Piece], Summary], pieces: Sequence[Piece], *, workers: Workers = None
) -> Summary:
    """The merged state of all pieces.

    Parameters
    ----------
    make : the state of one piece; for processes and clusters it must be a module's function (or a partial of one).
    pieces : at least one.
    workers : see `Workers`.

    Raises
    ------
    InvalidInput
        No pieces, or workers that are none of the three.
    """
    if not pieces:
        raise InvalidInput("no_pieces")
    with opened(workers) as crew:
        if crew is None:
            return _merged(make(piece) for piece in pieces)
        if isinstance(crew, Executor):
            return _merged(_ahead(crew, make, pieces))
        return _tree(crew, make, pieces)


@contextmanager
def opened(workers: Workers) -> Iterator[Any]:
    """Whoever does the work, for the length of the block: None for this process, an executor, or a client of Dask.

    What is opened already is handed through, so that several passes share one start.
    """
    if workers is None or (isinstance(workers, int) and workers == 1):
        yield None
    elif isinstance(workers, Executor):
        yield workers
    elif isinstance(workers, int) and not isinstance(workers, bool):
        if workers < 1:
            raise InvalidInput("bad_workers", value=workers)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        with _client(workers) as client:
            yield client


def _merged(states: Iterable[Summary]) -> Summary:
    """States in the order of the pieces, merged as a binary counter: few are held, and the tree is fixed."""
    held: list[tuple[int, Summary]] = []
    for state in states:
        size = 1
        while held and held[-1][0] == size:
            size, state = 2 * size, held.pop()[1].merge(state)
        held.append((size, state))
    result = held.pop()[1]
    while held:
        result = held.pop()[1].merge(result)
    return result


def _ahead(pool: Executor, make: Callable[[Piece], Summary], pieces: Sequence[Piece]) -> Iterator[Summary]:
    """States in the order of the pieces, a few pieces being worked on ahead."""
    waiting: deque[Future[Summary]] = deque()
    for piece in pieces:
        waiting.append(pool.submit(make, piece))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _client(cluster: Any) -> Iterator[Any]:  # Any: distributed carries no types
    try:
        from distributed import Client
    except ImportError as problem:
        raise InvalidInput("dask_missing") from problem
    if isinstance(cluster, Client):
        yield cluster
    elif isinstance(cluster, str):
        make: Any = Client
        with make(cluster, timeout="30s") as client:
            yield client
    else:
        raise InvalidInput("bad_workers", value=cluster)


def _tree(client: Any, make: Callable[[Piece], Summary], pieces: Sequence[Piece]) -> Summary:
    """The tree of merges runs on the cluster; a worker that dies takes no result with it, its pieces are made again."""
    futures = client.map(make, pieces, pure=False)
    while len(futures) > 1:
        pairs = [
            client.submit(_merge, futures[place], futures[place + 1], pure=False)
            for place in range(0, len(futures) - 1, 2)
        ]
        futures = pairs + futures[len(pairs) * 2 :]
    result: Summary = futures[0].result()
    return result


def _merge(first: Summary, second: Summary) -> Summary:
    return first.merge(second)

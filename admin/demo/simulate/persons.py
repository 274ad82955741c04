"""Home of the people who take part, before they answer: design facts, profile, experiences, field marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
# How a respondent answers: as the model says, or in one of the planted ways.
HONEST: Final = 0
COACHED: Final = 1
STUFFED: Final = 2
STRAIGHT: Final = 3


@dataclass(slots=True, kw_only=True)
class Persons:
    """One group's respondents as columns; every array has one row per person.

    `facts` holds the design and the context, `single` and `multi` the profile answers (a multi answer is a
    matrix over `options`), `contact` the units dealt with (or assigned), `expectation` the latent opinion
    before item and unit offsets.
    """

    group: str
    facts: dict[str, Column]
    single: dict[str, Column]
    multi: dict[str, Column]
    options: dict[str, list[str]]
    units: list[str]
    contact: NDArray[np.bool_]
    expectation: NDArray[np.float64]
    pattern: NDArray[np.int8] = field(init=False)
    invited: dict[str, int]

    def __post_init__(self) -> None:
        self.pattern = np.zeros(self.n, dtype=np.int8)

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.expectation)


def append_copies(persons: Persons, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Append copies of some rows and return where the copies stand."""
    start = persons.n
    for columns in (persons.facts, persons.single, persons.multi):
        for name, values in columns.items():
            columns[name] = np.concatenate([values, values[rows]])
    persons.contact = np.concatenate([persons.contact, persons.contact[rows]])
    persons.expectation = np.concatenate([persons.expectation, persons.expectation[rows]])
    persons.pattern = np.concatenate([persons.pattern, persons.pattern[rows]])
    return np.arange(start, start + len(rows))

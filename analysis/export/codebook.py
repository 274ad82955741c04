"""Home of the codebook that an export carries: what each column means, in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from analysis.export.errors import ExportError

_MEASURES = {"scale": "ordinal", "rank": "ordinal", "count": "scale", "number": "scale"}


class Measure(StrEnum):
    """Level of measurement, as SPSS names it."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column.

    Attributes
    ----------
    name : column of the data.
    label : the question, in one language.
    values : code -> what it stands for; codes are written as the data spell them ("1", "yes").
    missing : codes that are answers of a respondent but no value ("99" refused).
    measure : level of measurement.
    """

    name: str
    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    measure: Measure = Measure.NOMINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleSet:
    """Columns of one question with several answers: each is `counted` where its answer was ticked."""

    name: str
    variables: tuple[str, ...]
    label: str = ""
    counted: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """The variables of a table, its weight and its sets of multiple answers.

    Raises
    ------
    ExportError
        `variable_twice`.
    """

    variables: tuple[Variable, ...] = ()
    title: str = ""
    weight: str | None = None
    sets: tuple[MultipleSet, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for variable in self.variables:
            if variable.name in seen:
                raise ExportError("variable_twice", variable=variable.name)
            seen.add(variable.name)

    def of(self, column: str) -> Variable:
        """The variable of a column; a bare one where the codebook says nothing."""
        return next((one for one in self.variables if one.name == column), Variable(name=column))

    def complete(self, columns: Iterable[str]) -> "Codebook":
        """One variable per column, in the order of the columns.

        Raises
        ------
        ExportError
            `variable_without_data`.
        """
        names = list(columns)
        known = {variable.name: variable for variable in self.variables}
        for name in known:
            if name not in names:
                raise ExportError("variable_without_data", variable=name)
        variables = tuple(known.get(name, Variable(name=name)) for name in names)
        return Codebook(variables=variables, title=self.title, weight=self.weight, sets=self.sets)


def codebook_from_document(
    document: Iterable[Mapping[str, Any]], *, language: str = "zh", title: str = "", weight: str | None = None
) -> Codebook:
    """The codebook of a frozen dataset, as its `codebook.json` lists the variables of one table.

    Parameters
    ----------
    document : entries with `name`, `kind`, `label`, `options` (code, text) and `missing` (Any: a JSON document).
    language : of labels; another one where a text lacks it.
    """

    def text(words: Mapping[str, str]) -> str:
        return words.get(language) or next(iter(words.values()), "")

    variables, sets = [], dict[str, tuple[str, list[str]]]()
    for entry in document:
        kind = str(entry.get("kind", ""))
        variables.append(
            Variable(
                name=entry["name"],
                label=text(entry.get("label", {})),
                values={str(one["code"]): text(one["text"]) for one in entry.get("options", ())},
                missing=tuple(str(code) for code in entry.get("missing", ())),
                measure=Measure(_MEASURES.get(kind, "nominal")),
            )
        )
        if kind == "indicator":
            sets.setdefault(entry["item"], (variables[-1].label, []))[1].append(entry["name"])
    multiple = tuple(
        MultipleSet(name=item, variables=tuple(names), label=label) for item, (label, names) in sets.items()
    )
    return Codebook(variables=tuple(variables), title=title, weight=weight, sets=multiple)

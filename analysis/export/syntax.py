"""Home of the SPSS syntax beside a .sav file: what the file cannot hold, and all of what it was cut to."""

from collections.abc import Iterator, Mapping

from numpy.typing import ArrayLike

from analysis.export._labelled import Remarks
from analysis.export.codebook import Codebook, Variable
from analysis.export.columns import checked, is_number, is_text, number_of
from analysis.export.names import SPSS, cut, lawful_names, one_line
from analysis.export.spss import LABEL, missing_of_numbers, missing_of_texts, value_labels

_PIECE = 48  # characters of a quoted piece, so that no line passes 251 bytes
_ATTRIBUTE = 32_000  # bytes that an attribute holds


def spss_syntax(data: Mapping[str, ArrayLike], *, codebook: Codebook, file: str) -> str:
    """The companion .sps of a .sav file that `write_sav` made from the same columns and codebook.

    It opens the file, says its labels, missing codes and levels again, attaches the full text of labels that
    were cut (attribute `FullLabel`) and original names (`OriginalName`), defines the sets of multiple answers
    and switches the weight on. Texts of the codebook stand in quotes only: none of them can become a command.

    Parameters
    ----------
    file : name of the .sav file, beside which the syntax is run.
    """
    columns = checked(data)
    book = codebook.complete(columns)
    names = lawful_names(columns, SPSS)
    lines = ["* Encoding: UTF-8.", f"GET FILE={_quoted(file)}.", ""]
    if book.title:
        lines += [
            f"FILE LABEL {_quoted(cut(one_line(book.title), 60))}.",
            f"ADD DOCUMENT {_quoted(cut(one_line(book.title), 80))}.",
            "",
        ]
    for variable in book.variables:
        name, column, remarks = names[variable.name], columns[variable.name], Remarks(format="SPSS")
        lines += _labels(variable, name)
        values = value_labels(variable, column, remarks=remarks)
        if values:
            pairs = [f"  {_value(code)} {_quoted(text)}" for code, text in values.items()]
            lines += [f"VALUE LABELS {name}", *pairs[:-1], f"{pairs[-1]}."]
        if is_number(column):
            declared = [_missing(one) for one in missing_of_numbers(variable, column, remarks=remarks)[0]]
            lines += [f"MISSING VALUES {name} ({', '.join(declared)})."] if declared else []
        elif is_text(column):
            declared = [_quoted(str(one)) for one in missing_of_texts(variable, column, remarks=remarks)[0]]
            lines += [f"MISSING VALUES {name} ({', '.join(declared)})."] if declared else []
        lines += [f"VARIABLE LEVEL {name} ({variable.measure.value.upper()}).", ""]
    lines += list(_sets(book, names))
    if book.weight is not None:
        lines += [f"WEIGHT BY {names[book.weight]}."]
    return "\n".join([*lines, "EXECUTE.", ""])


def _labels(variable: Variable, name: str) -> Iterator[str]:
    label = one_line(variable.label)
    if label:
        short = cut(label, LABEL)
        yield f"VARIABLE LABELS {name}\n    {_quoted(short)}."
        if short != label:
            yield f"VARIABLE ATTRIBUTE VARIABLES={name} \n    ATTRIBUTE=FullLabel(\n    {_quoted(label)})."
    if name != variable.name:
        yield f"VARIABLE ATTRIBUTE VARIABLES={name} \n    ATTRIBUTE=OriginalName(\n    {_quoted(variable.name)})."


def _sets(book: Codebook, names: Mapping[str, str]) -> Iterator[str]:
    short = lawful_names((one.name for one in book.sets), SPSS)
    for one in book.sets:
        members = " ".join(names[variable] for variable in one.variables)
        label = f"\n  LABEL={_quoted(one_line(one.label)[:80])}" if one.label else ""
        counted = one.counted if number_of(one.counted) is not None else _quoted(one.counted)
        yield f"MRSETS /MDGROUP NAME=${short[one.name]}{label}"
        yield f"  VARIABLES={members} VALUE={counted}."


def _missing(declared: object) -> str:
    if isinstance(declared, dict):
        return f"{_number(declared['lo'])} THRU {_number(declared['hi'])}"
    return _value(declared)


def _value(code: object) -> str:
    return _number(code) if isinstance(code, float) else _quoted(str(code))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _quoted(text: str) -> str:
    """A literal of the language; a long one in pieces joined by +, each on a line of its own."""
    clean = cut(one_line(text), _ATTRIBUTE)
    pieces = [clean[begin : begin + _PIECE] for begin in range(0, len(clean), _PIECE)] or [""]
    return " +\n    ".join(_literal(piece) for piece in pieces)


def _literal(piece: str) -> str:
    return "'" + piece.replace("'", "''") + "'"

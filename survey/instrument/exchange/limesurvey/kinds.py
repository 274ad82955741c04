"""The table of all question types of LimeSurvey and of what reads each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.instrument.exchange.limesurvey.arrays import (
    read_array,
    read_dual,
    read_numbers,
    read_several_numbers,
    read_several_texts,
    read_texts_array,
)
from survey.instrument.exchange.limesurvey.choices import (
    read_boxes,
    read_fixed,
    read_language,
    read_list,
    read_list_with_comment,
    read_points,
    read_ranking,
)
from survey.instrument.exchange.limesurvey.item import Fields, ItemReader
from survey.instrument.exchange.limesurvey.typed import (
    read_date,
    read_display,
    read_equation,
    read_file,
    read_number,
    read_text,
)

READERS: Mapping[str, Callable[[ItemReader], list[Fields]]] = {
    "1": read_dual,
    "5": read_points,
    "A": read_array,
    "B": read_array,
    "C": read_array,
    "D": read_date,
    "E": read_array,
    "F": read_array,
    "G": read_fixed,
    "H": read_array,
    "I": read_language,
    "K": read_several_numbers,
    "L": read_list,
    "M": read_boxes,
    "N": read_number,
    "O": read_list_with_comment,
    "P": read_boxes,
    "Q": read_several_texts,
    "R": read_ranking,
    "S": read_text,
    "T": read_text,
    "U": read_text,
    "X": read_display,
    "Y": read_fixed,
    "!": read_list,
    "*": read_equation,
    "|": read_file,
    ":": read_numbers,
    ";": read_texts_array,
}


def read_question(reader: ItemReader) -> list[Fields]:
    """The items of a question, with what is computed for its texts before them."""
    read = READERS.get(reader.question.type)
    if read is None:
        reader.note(reader.question.type, "unknown_type", "type")
        reader.question.type = reader.kept["type"] = "T"
        read = read_text
    items = read(reader)
    return [*reader.inlined.items.values(), *items]

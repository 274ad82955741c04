"""Which question of LimeSurvey an item with rows becomes."""

from __future__ import annotations

from survey.instrument.exchange.limesurvey.choices import fixed_options
from survey.instrument.exchange.limesurvey.out import Part, label_of
from survey.instrument.exchange.limesurvey.out_item import ItemWriter, mappings, plain


def battery(writer: ItemWriter) -> str:
    """A battery of any kind."""
    of, columns = str(writer.item.get("of", "text")), mappings(writer.item.get("columns"))
    if of == "number":
        return _numbers(writer, columns)
    if of == "text":
        return _texts(writer, columns)
    if of == "multi":
        return _boxes(writer, columns)
    writer.type = "code"
    return _dual(writer, columns) if len(columns) == 2 else _choices(writer, columns)


def several_texts(writer: ItemWriter) -> str:
    """Texts that share a stem."""
    return _texts(writer, [])


def allocation(writer: ItemWriter) -> str:
    """Shares of a total."""
    writer.type = "number"
    _named_rows(writer)
    writer.question.attributes["equals_num_value"] = plain(writer.item.get("total", 100))
    if not writer.item.get("decimals"):
        writer.question.attributes["num_value_int_only"] = "1"
    return "K"


def _named_rows(writer: ItemWriter) -> list[tuple[str, str]]:
    rows = writer.rows(writer.item.get("rows"))
    for code, title in rows:
        writer.register(f"_{title}", f"_{code}")
    return rows


def _choices(writer: ItemWriter, columns: list[Part]) -> str:
    if columns:
        writer.note(len(columns), "out_columns", "columns")
    _named_rows(writer)
    item, languages = writer.item, writer.out.languages
    if writer.had in ("A", "B", "C", "E") and item.get("options") == fixed_options(writer.had, languages):
        return writer.had
    writer.answers(item)
    _dropdown(writer)
    return "H" if writer.had == "H" else "F"


def _dropdown(writer: ItemWriter) -> None:
    if writer.item.get("appearance") in ("dropdown", "search"):
        writer.question.attributes["use_dropdown"] = "1"


def _dual(writer: ItemWriter, columns: list[Part]) -> str:
    """Two scales, each with a heading; a heading that only counts is not written."""
    rows = writer.rows(writer.item.get("rows"))
    for scale, column in enumerate(columns):
        owner = column if any(name in column for name in ("options", "list", "scale")) else writer.item
        writer.answers(owner, scale, field="columns")
        usual = dict.fromkeys(writer.out.languages, str(scale + 1))
        writer.own_words(f"dualscale_header{'AB'[scale]}", label_of(column), usual)
        for code, title in rows:
            writer.register(f"_{title}_{scale}", f"_{code}_{column.get('code')}")
    _dropdown(writer)
    return "1"


def _grid(writer: ItemWriter, columns: list[Part]) -> None:
    rows = writer.rows(writer.item.get("rows"))
    heads = writer.rows(columns, 1, field="columns")
    for code, title in rows:
        for column, head in heads:
            writer.register(f"_{title}_{head}", f"_{code}_{column}")


def _numbers(writer: ItemWriter, columns: list[Part]) -> str:
    writer.type = "number"
    if columns or writer.had in (":", ";"):
        _grid(writer, columns)
        if writer.had != ";":
            _cell_bounds(writer)
            return ":"
    else:
        _named_rows(writer)
        if writer.had != "Q":
            if writer.item.get("form") == "integer":
                writer.question.attributes["num_value_int_only"] = "1"
            return "K"
    writer.question.attributes["numbers_only"] = "1"
    return writer.had


def _cell_bounds(writer: ItemWriter) -> None:
    """A grid without boxes to type in is a list of whole numbers, and must say from where to where."""
    low, high = writer.item.get("min"), writer.item.get("max")
    if not (writer.item.get("form") == "integer" and isinstance(low, int) and isinstance(high, int)):
        writer.question.attributes["input_boxes"] = "1"
    for name, value in (("multiflexible_min", low), ("multiflexible_max", high)):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            writer.question.attributes[name] = plain(value)
        elif value not in (None, ""):
            writer.note(value, "out_field", "min")


def _texts(writer: ItemWriter, columns: list[Part]) -> str:
    if columns or writer.had == ";":
        _grid(writer, columns)
        return ";"
    _named_rows(writer)
    return "Q"


def _boxes(writer: ItemWriter, columns: list[Part]) -> str:
    """Boxes to tick in rows and columns; the options are the columns there."""
    writer.type = "codes"
    if columns:
        writer.note(len(columns), "out_columns", "columns")
    rows = writer.rows(writer.item.get("rows"))
    options = writer.written_options(writer.item)
    for option in options:
        writer.note_option(option, "options")
    for option_code, head in writer.rows(options, 1, field="options"):
        for code, title in rows:
            writer.register(f"_{title}_{head}", f"_{code}", tick=option_code)
    writer.question.attributes["multiflexible_checkbox"] = "1"
    return ":"

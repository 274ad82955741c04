"""Reads the question types that have rows: arrays of every kind, several numbers, several texts."""

from __future__ import annotations

from survey.instrument.exchange.limesurvey.carry import own_place
from survey.instrument.exchange.limesurvey.choices import fixed_options, is_shuffled
from survey.instrument.exchange.limesurvey.item import Fields, ItemReader, is_ls_row
from survey.instrument.exchange.limesurvey.names import option_code
from survey.instrument.exchange.limesurvey.typed import bounds, plain_number, text_fields
from survey.instrument.exchange.limesurvey.variables import Variable, has_boxes, is_numeric

_POINTS = frozenset("AB")
_SCALES = ("0", "1")


def read_array(reader: ItemReader) -> list[Fields]:
    """A, B, C, E with fixed answers; F, H with answers of their own."""
    kind = reader.question.type
    if kind in ("F", "H"):
        fields = reader.options()
        _unused_scale(reader)
        if reader.attributes.flag("use_dropdown"):
            fields["appearance"] = "dropdown"
    else:
        fields = {"options": fixed_options(kind, reader.languages)}
    of = "scale" if kind in _POINTS else "single"
    return [_battery(reader, of=of, **fields)]


def _unused_scale(reader: ItemReader) -> None:
    for answer in reader.question.answers:
        if answer.scale != 0:
            reader.note(answer.code, "scale_unused", "options")


def read_dual(reader: ItemReader) -> list[Fields]:
    """1: every row is rated on two scales."""
    columns = []
    for scale in (0, 1):
        header = f"dualscale_header{'AB'[scale]}"
        words = reader.words(reader.attributes.take_words(header, reader.languages), "columns")
        text = {**dict.fromkeys(reader.languages, str(scale + 1)), **words}
        columns.append({"code": _SCALES[scale], "text": text, **reader.options(scale, field="columns")})
    appearance = "dropdown" if reader.attributes.flag("use_dropdown") else None
    return [_battery(reader, of="single", columns=columns, appearance=appearance)]


def read_numbers(reader: ItemReader) -> list[Fields]:
    """: numbers (or boxes to tick) in rows and columns."""
    question = reader.question
    if has_boxes(question):
        reader.attributes.take("multiflexible_checkbox")
        options = []
        for at, column in enumerate(question.columns(), start=1):
            code = option_code(column.title, fallback=f"c{at}")
            option: Fields = {"code": code, "text": reader.words(column.texts, "options")}
            if column.title.strip() and (code != column.title or not is_ls_row(code)):
                option["foreign"] = {"limesurvey": {"title": column.title}}
                if code != column.title.strip():
                    reader.note(column.title, "renamed", "options")
            options.append(option)
        return [_battery(reader, of="multi", **reader.as_list(options))]
    return [_battery(reader, of="number", columns=reader.rows(1, field="columns"), **_cell_bounds(reader))]


def _cell_bounds(reader: ItemReader) -> Fields:
    """The numbers that a cell takes: without boxes to type in it is a list from 1 to 10."""
    typed = reader.attributes.peek("input_boxes") == "1"
    least = reader.attributes.take_any("multiflexible_min") or ("" if typed else "1")
    most = reader.attributes.take_any("multiflexible_max") or ("" if typed else "10")
    step = reader.attributes.take("multiflexible_step")
    if step and step != "1":
        reader.attributes.give_back("multiflexible_step", step)
    found: Fields = {"form": "integer" if not typed else None}
    for name, value in (("min", least), ("max", most)):
        number = plain_number(value)
        if value and number is None:
            reader.attributes.give_back(f"multiflexible_{name}", value)
        found[name] = number
    return found


def read_texts_array(reader: ItemReader) -> list[Fields]:
    """; texts in rows and columns."""
    columns = reader.rows(1, field="columns")
    if is_numeric(reader.question):
        reader.attributes.take("numbers_only")
        return [_battery(reader, of="number", columns=columns)]
    return [_battery(reader, of="text", columns=columns, **text_fields(reader))]


def read_several_texts(reader: ItemReader) -> list[Fields]:
    """Q: several short texts."""
    if is_numeric(reader.question):
        reader.attributes.take("numbers_only")
        return [_battery(reader, of="number")]
    fields = text_fields(reader)
    return [_rows_item(reader, "texts", **fields)]


def read_several_numbers(reader: ItemReader) -> list[Fields]:
    """K: several numbers, of which the sum may be given."""
    total = reader.attributes.take_any("equals_num_value")
    number = plain_number(total)
    unit = reader.words(reader.attributes.take_words("suffix", reader.languages), "unit")
    if total and number is None:
        reader.attributes.give_back("equals_num_value", total)
    if number is not None and float(number) > 0:
        decimals = None if reader.attributes.flag("num_value_int_only") else 2
        reader.attributes.take("num_value_int_only")
        return [_rows_item(reader, "allocation", total=number, unit=unit, decimals=decimals)]
    form = "integer" if reader.attributes.flag("num_value_int_only") else None
    reader.pattern_constraint()
    return [_battery(reader, of="number", unit=unit, form=form, **bounds(reader))]


def _battery(reader: ItemReader, **fields: object) -> Fields:
    return _rows_item(reader, "battery", **fields)


def _rows_item(reader: ItemReader, kind: str, **fields: object) -> Fields:
    script = reader.attributes.take("em_validation_sq")
    if script:
        found = _row_validation(reader, script)
        reader.constraints += [found] if found else []
    whole = reader.attributes.take("em_validation_q")
    if whole:
        # A validation of all rows together: here each cell is checked on its own.
        reader.kept["em_validation_q"] = whole[:20_000]
        reader.note(whole, "validation_lost", "constraint")
    shuffled = is_shuffled(reader)
    rows = reader.rows()
    reader.take_filters()
    defaults = reader.defaults()
    reader.lose_other_defaults(defaults)
    item = reader.item(kind, rows=rows, row_order="random" if shuffled else None, **fields)
    return reader.finish(item)


def _row_validation(reader: ItemReader, script: str) -> str | None:
    variable = reader.own_variable()
    this = Variable(name="", type=variable.type if variable else "text")
    place = own_place(reader.carry, reader.question, dot=True, this=this)
    return reader.carry.condition(
        script, reader.where("constraint"), place, reader.kept, key="em_validation_sq", lost="validation_lost"
    )

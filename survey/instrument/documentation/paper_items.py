"""How each kind of item is asked on paper: which codes are circled, what is written where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from survey.instrument.documentation.paper_parts import PaperItem, PaperOption, PaperPart, PaperRow
from survey.instrument.documentation.wording import LABELS, who_is_asked
from survey.instrument.parts import Battery, Item, Option
from survey.instrument.program import Program
from survey.instrument.words import said, unfilled

_LINES_OF_TEXT = 3
_SHORT_OPTION = 14
_SHORT_TEXT = 60
_DIGITS = 6
_WRITTEN_LIST = 30
"""From so many options on, a list is printed once at the end and its code written in."""
_DATES: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]] = {
    "date": (
        (4, {"zh": "年", "en": "year"}),
        (2, {"zh": "月", "en": "month"}),
        (2, {"zh": "日", "en": "day"}),
    ),
    "month": ((4, {"zh": "年", "en": "year"}), (2, {"zh": "月", "en": "month"})),
    "year": ((4, {"zh": "年", "en": "year"}),),
    "time": ((2, {"zh": "时", "en": "hour"}), (2, {"zh": "分", "en": "minute"})),
    "datetime": (
        (4, {"zh": "年", "en": "year"}),
        (2, {"zh": "月", "en": "month"}),
        (2, {"zh": "日", "en": "day"}),
        (2, {"zh": "时", "en": "hour"}),
        (2, {"zh": "分", "en": "minute"}),
    ),
    "duration": ((2, {"zh": "小时", "en": "hours"}), (2, {"zh": "分钟", "en": "minutes"})),
}
_CONTACT = {
    "name": {"zh": "姓名", "en": "Name"},
    "phone": {"zh": "电话", "en": "Telephone"},
    "email": {"zh": "电子邮箱", "en": "E-mail"},
    "address": {"zh": "地址", "en": "Address"},
}


class ItemPrinter:
    """Prints the items of one program in one language."""

    def __init__(self, program: Program, language: str) -> None:
        self.program, self.language, self.words = program, language, said(language)
        self.batteries = {battery.code: battery for battery in program.batteries}

    def item(self, item: Item) -> PaperItem:
        """One item by itself."""
        paper = PaperItem(
            code=item.code,
            text=self.text(item.text),
            help=self.text(item.help),
            condition=self.condition(item),
            must=item.required,
            is_note=item.kind in ("note", "end"),
        )
        ways: Mapping[str, Callable[[PaperItem, Item], PaperItem]] = {
            "single": self._one,
            "scale": self._one,
            "multi": self._many,
            "units": self._many,
            "area": self._area,
            "number": self._number,
            "slider": self._number,
            "ranking": self._ranking,
            "text": self._lines,
            "geopoint": self._blank,
            "contact": self._contact,
            "file": self._file,
            "consent": self._consent,
        }
        if item.kind in _DATES:
            return self._with_missing(self._date(paper, item), item)
        way = ways.get(item.kind)
        return paper if way is None else way(paper, item)

    def battery(self, code: str, items: Sequence[Item]) -> PaperItem:
        """The items of a battery as one table, where they have the same codes; else one below the other."""
        battery = self.batteries[code]
        options = items[0].options
        same = all(item.options == options and item.kind == items[0].kind for item in items)
        paper = PaperItem(
            code=code,
            text=self.text(battery.text),
            help=self.text(battery.help),
            instruction=self._total(battery),
            must=all(item.required for item in items),
        )
        if battery.columns or not same:
            return self._grid(paper, battery, items)
        if items[0].kind in ("single", "scale", "multi"):
            square = items[0].kind == "multi"
            return replace(
                paper,
                instruction=self._label("many" if square else "circle_row"),
                heads=tuple(self.text(option.text) for option in options),
                rows=tuple(self._row(item, tuple(option.code for option in options)) for item in items),
                square=square,
            )
        rows = tuple(self._row(item, ("",)) for item in items)
        return replace(paper, heads=(self.text(battery.unit) or self._label("answer_here"),), rows=rows)

    def alike(self, items: Sequence[Item]) -> PaperItem:
        """Rating questions in a row that have the same answers and are asked of the same people, as one table."""
        options = items[0].options
        codes = tuple(option.code for option in options)
        return PaperItem(
            code="",
            text="",
            instruction=self._label("circle_row"),
            condition=self.condition(items[0]),
            heads=tuple(self._option(option, square=False).text for option in options),
            rows=tuple(
                PaperRow(
                    code=item.code,
                    text=self.text(item.text),
                    condition="",
                    cells=codes,
                    help=self.text(item.help),
                    must=item.required,
                )
                for item in items
            ),
        )

    def condition(self, item: Item) -> str:
        """Of whom the item alone is asked (what its whole page depends on is said at the section)."""
        place = self.program.places[item.code]
        return who_is_asked(
            self.program, replace(place, page=replace(place.page, shown_if=None)), self.language
        )

    def _grid(self, paper: PaperItem, battery: Battery, items: Sequence[Item]) -> PaperItem:
        """Rows and columns that are written in; a column with codes of its own names them in its heading."""
        columns = battery.columns or ()
        by_place = {(item.row, item.column): item for item in items}
        heads = []
        for column in columns:
            first = next(item for item in items if item.column == column.code)
            codes = "  ".join(f"{option.code} {self.text(option.text)}" for option in first.options)
            heads.append(self.text(column.text) + (f" ({codes})" if codes else ""))
        if not columns:
            return replace(
                paper,
                heads=(self._label("answer_here"),),
                rows=tuple(self._row(item, ("",)) for item in items),
            )
        rows = []
        for row in battery.rows:
            present = [by_place.get((row.code, column.code)) for column in columns]
            rows.append(
                PaperRow(
                    code=row.code,
                    text=self.text(row.text),
                    condition=next((self.condition(item) for item in present if item), ""),
                    cells=("",) * len(columns),
                )
            )
        return replace(paper, heads=tuple(heads), rows=tuple(rows))

    def _row(self, item: Item, cells: tuple[str, ...]) -> PaperRow:
        text = item.text
        battery = self.batteries.get(item.battery or "")
        for row in battery.rows if battery else ():
            if row.code == item.row:
                text = row.text
        return PaperRow(
            code=item.row or item.code, text=self.text(text), condition=self.condition(item), cells=cells
        )

    def _one(self, paper: PaperItem, item: Item) -> PaperItem:
        if len(item.options) > _WRITTEN_LIST:
            return self._by_list(paper, item)
        options = tuple(self._option(option, square=False) for option in item.options)
        return self._columns(replace(paper, instruction=self._label("circle_one"), options=options))

    def _many(self, paper: PaperItem, item: Item) -> PaperItem:
        if len(item.options) > _WRITTEN_LIST:
            return self._by_list(paper, item)
        options = tuple(self._option(option, square=True) for option in item.options)
        return self._columns(replace(paper, instruction=self._label("many"), options=options))

    def _by_list(self, paper: PaperItem, item: Item) -> PaperItem:
        return replace(
            paper,
            instruction=self._label("list_beside"),
            parts=(PaperPart(before=self._label("code"), cells=6),),
        )

    def _area(self, paper: PaperItem, item: Item) -> PaperItem:
        return replace(
            paper,
            instruction=self._label("list_beside"),
            parts=(PaperPart(is_blank=True), PaperPart(before=self._label("code"), cells=_DIGITS)),
        )

    def _number(self, paper: PaperItem, item: Item) -> PaperItem:
        cells = len(item.high) if item.high else _DIGITS
        bounds = f"{item.low}–{item.high}" if item.low and item.high else ""
        if not bounds:
            bounds = f"≥ {item.low}" if item.low else f"≤ {item.high}" if item.high else ""
        ends = " … ".join(text for text in (self.text(item.low_label), self.text(item.high_label)) if text)
        part = PaperPart(cells=min(cells, 12), after=self.text(item.unit) or (item.currency or ""))
        instruction = "  ".join(text for text in (bounds, ends) if text)
        return self._with_missing(replace(paper, instruction=instruction, parts=(part,)), item)

    def _ranking(self, paper: PaperItem, item: Item) -> PaperItem:
        parts = tuple(PaperPart(cells=1, after=self.text(option.text)) for option in item.options)
        return replace(paper, instruction=self._label("rank_here"), parts=parts)

    def _date(self, paper: PaperItem, item: Item) -> PaperItem:
        parts = (PaperPart(cells=cells, after=after[self.words]) for cells, after in _DATES[item.kind])
        return replace(paper, parts=tuple(parts), is_inline=True)

    def _lines(self, paper: PaperItem, item: Item) -> PaperItem:
        is_short = item.format not in (None, "plain") or item.pattern or (item.max_chars or 0) <= _SHORT_TEXT
        lines = item.lines or (1 if is_short else _LINES_OF_TEXT)
        return self._with_missing(replace(paper, lines=min(lines, 12)), item)

    def _blank(self, paper: PaperItem, item: Item) -> PaperItem:
        return replace(paper, parts=(PaperPart(is_blank=True),))

    def _contact(self, paper: PaperItem, item: Item) -> PaperItem:
        parts = tuple(
            PaperPart(before=_CONTACT[name][self.words], is_blank=True)
            for name in item.contact_fields
            if name in _CONTACT
        )
        return replace(paper, help=paper.help or self.text(item.purpose), parts=parts, is_torn_off=True)

    def _file(self, paper: PaperItem, item: Item) -> PaperItem:
        return replace(paper, instruction=self._label("attach"))

    def _consent(self, paper: PaperItem, item: Item) -> PaperItem:
        return replace(paper, options=(PaperOption(code="✓", text=self._label("yes"), square=True),))

    def _with_missing(self, paper: PaperItem, item: Item) -> PaperItem:
        """What is written in may also be missing for a reason, which has a code to circle."""
        options = tuple(self._option(option, square=False) for option in item.options if option.missing)
        return replace(paper, options=options)

    def _option(self, option: Option, *, square: bool) -> PaperOption:
        text = self.text(option.text)
        if option.interviewer_only:
            text += f" ({self._label('interviewer_only')})"
        return PaperOption(
            code=option.code,
            text=text + (f" ({self._label('other')})" if option.other else ""),
            square=square,
            apart=option.missing or option.exclusive,
            blank=option.other,
            then=self._label("ends_here") if option.screen_out else "",
        )

    def _columns(self, paper: PaperItem) -> PaperItem:
        short = all(len(option.text) <= _SHORT_OPTION and not option.then for option in paper.options)
        return replace(paper, in_two_columns=short and len(paper.options) > 3)

    def _total(self, battery: Battery) -> str:
        if battery.total is None:
            return ""
        return f"{self._label('total')} {battery.total} {self.text(battery.unit)}".strip()

    def text(self, words: Mapping[str, str] | None) -> str:
        """The text as it is read before anything is known of the respondent."""
        return unfilled(words, self.language)

    def _label(self, name: str) -> str:
        return LABELS[name][self.words]

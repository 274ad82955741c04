"""How long an item takes: the time to read it at a known speed, and an assumed time to answer it.

Reading. English 238 words a minute, silent, non-fiction (Brysbaert 2019, meta-analysis of 190 studies); Chinese 255
characters a minute and other languages 184 words a minute, read aloud (Trauzettel-Klosinski and Dietz 2012, the
IReST texts in 17 languages). Aloud is slower than silent reading and stands for people who read with care. The
consent is skimmed: half of its time. The labels of a scale are read in full once and then at a quarter of the time,
because items that share a scale follow each other.

Answering, assumed (seconds): what is needed to decide and to tap, from the spread of times per item that online
questionnaires report (two to three simple closed items per half minute, half a minute for a short open one). These
are assumptions, not measurements: the seconds of each page that real interviews leave behind replace them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.instrument.program import Item, Page, Program, Words

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
_HAN_PER_SECOND = 255 / 60
_WORDS_PER_SECOND = {"en": 238 / 60}
_OTHER_WORDS_PER_SECOND = 184 / 60
_SKIMMED = 0.5
_READ_AGAIN = 0.25

PAGE_SECONDS = 2.5
_ANSWER_SECONDS: Mapping[str, float] = {
    "single": 2.0,
    "scale": 2.0,
    "slider": 4.0,
    "multi": 4.0,
    "units": 6.0,
    "area": 8.0,
    "number": 6.0,
    "duration": 8.0,
    "year": 5.0,
    "month": 7.0,
    "date": 9.0,
    "time": 7.0,
    "datetime": 12.0,
    "text": 25.0,
    "contact": 35.0,
    "file": 40.0,
    "geopoint": 15.0,
    "consent": 2.0,
    "computed": 0.0,
    "note": 0.0,
    "end": 0.0,
}
_PER_RANKED = 3.0
_FEW = 3
_PER_TICKED = 1.0
# A field of a few characters is filled in sooner than a line of text.
_SHORT_TEXT = 40
_SHORT_TEXT_SECONDS = 10.0


def reading_seconds(text: str, language: str) -> float:
    """How long a text takes to read; Chinese characters and words are counted apart."""
    characters = len(_HAN.findall(text))
    words = len(_WORD.findall(_HAN.sub(" ", text)))
    speed = _WORDS_PER_SECOND.get(language.partition("-")[0], _OTHER_WORDS_PER_SECOND)
    return characters / _HAN_PER_SECOND + words / speed


class Clock:
    """Seconds per part of one program in one language, each worked out once."""

    def __init__(self, program: Program, language: str) -> None:
        self.program, self.language = program, language
        self._items: dict[str, float] = {}
        self._labels: dict[str, float] = {}

    def start(self) -> float:
        """The title and the consent."""
        return self._read(self.program.title) + _SKIMMED * self._read(self.program.consent)

    def page(self, page: Page) -> float:
        """Its heading, its introduction, and the way to the next page."""
        return PAGE_SECONDS + self._read(page.title) + self._read(page.intro)

    def item(self, item: Item, seen_scales: set[object]) -> float:
        """Its texts, its labels (in full only the first time), and its answer."""
        seconds = self._items.get(item.code)
        if seconds is None:
            seconds = self._items[item.code] = self._asking(item)
            # Of the units assigned, a few; of all others, every one.
            offered = item.options[:_FEW] if item.declines else item.options
            self._labels[item.code] = sum(self._read(option.text) for option in offered)
        labels = self._labels[item.code]
        scale = scale_of(item)
        if scale in seen_scales:
            labels *= _READ_AGAIN
        seen_scales.add(scale)
        return seconds + labels

    def battery(self, code: str) -> float:
        """The stem of a battery."""
        battery = self.program.batteries_by_code.get(code)
        return 0.0 if battery is None else self._read(battery.text) + self._read(battery.help)

    def _asking(self, item: Item) -> float:
        if not item.is_visible:
            return 0.0
        text = item.text
        battery = self.program.batteries_by_code.get(item.battery or "")
        if battery is not None:
            text = next((row.text for row in battery.rows if row.code == item.row), text)
        return self._read(text) + self._read(item.help) + self._answering(item)

    def _answering(self, item: Item) -> float:
        if item.kind == "ranking":
            return _PER_RANKED * (item.max_choices or len(item.options))
        if item.kind == "text" and (item.max_chars or _SHORT_TEXT) < _SHORT_TEXT:
            return _SHORT_TEXT_SECONDS
        return _ANSWER_SECONDS.get(item.kind, 2.0)

    def _read(self, words: Words | None) -> float:
        return reading_seconds(words.get(self.language, ""), self.language) if words else 0.0


def ticking_seconds(ticked: int) -> float:
    """More ticks take longer."""
    return _PER_TICKED * max(0, ticked - 1)


def scale_of(item: Item) -> object:
    """What tells one set of labels from another."""
    shared = item.scale or item.list_name or item.battery
    return shared or tuple((option.code, *option.text.values()) for option in item.options) or item.code

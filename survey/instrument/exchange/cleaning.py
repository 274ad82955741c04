"""The one place where texts of foreign files become ours: HTML in, the small markdown subset out, the rest listed."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import NamedTuple

# What a text may say: strong, emphasis, links to https pages, line breaks. Everything else loses its tags.
_ALLOWED = frozenset({"strong", "b", "em", "i", "a", "br", "p", "div", "li", "ul", "ol", "tr", "td", "th"})
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr", "br"})
# These lose their content too, because it is not text.
_SILENT = frozenset({"script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math"})
# Headings say no more than strong text does; their tags are no loss worth a line in the report.
_HEADINGS = re.compile(r"h[1-6]\Z")
_STRONG, _EM = frozenset({"strong", "b"}), frozenset({"em", "i"})

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,5000}>|<!--|<![A-Za-z]|<\?[A-Za-z]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SAFE_TARGET = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_HEADING_LINE = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]\n]{0,2000})\]\(((?:[^()\s]|\([^()\s]{0,200}\)){0,2000})[^()\n]{0,200}\)")
_DOUBLED_MARK = re.compile(r"\*{4,}")
_SPACES = re.compile(r"[ \t\f\v\u00a0]+")
_MANY_LINES = re.compile(r"\n{3,}")
# Marks that turn the direction of what follows, and control characters: they hide what a text says.
_UNWANTED = dict.fromkeys(
    [
        *range(0x09),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
        0xFFFE,
        0xFFFF,
    ]
)
MAX_RAW = 200_000


class Cleaned(NamedTuple):
    """The text as we keep it, and the names of what was taken out of it."""

    text: str
    dropped: tuple[str, ...] = ()


def clean_html(raw: str) -> Cleaned:
    """A text that is HTML in its own file (LimeSurvey): entities are read, white space counts once."""
    text, dropped = _from_html(_plain(raw), keep_lines=False)
    text, links = _without_odd_links(text)
    return Cleaned(text, (*dropped, *links))


def clean_text(raw: str) -> Cleaned:
    """A text that is markdown with a little HTML (XLSForm): only what looks like a tag is read as one."""
    text = _plain(raw)
    dropped: tuple[str, ...] = ()
    if _TAG.search(text) or _ENTITY.search(text):
        text, dropped = _from_html(text, keep_lines=True)
    text = _HEADING_LINE.sub(lambda found: f"**{found[1].strip('*')}**", text)
    text, links = _without_odd_links(text)
    return Cleaned(text.strip(), (*dropped, *links))


def clean_line(raw: str) -> Cleaned:
    """A title: cleaned like a text, on one line."""
    text, dropped = clean_text(raw)
    return Cleaned(" ".join(text.split()), dropped)


def escape_text(text: str) -> str:
    """The text as ``clean_text`` must find it to give it back: what looks like a tag is written with entities."""
    if not (_TAG.search(text) or _ENTITY.search(text)):
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(raw: str) -> str:
    """NFC, one kind of line end, no control characters, direction marks or halves of characters."""
    text = raw[:MAX_RAW].encode("utf-8", "ignore").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x85", "\n")
    return unicodedata.normalize("NFC", text.translate(_UNWANTED))


def _from_html(text: str, *, keep_lines: bool) -> Cleaned:
    import nh3  # late: the phone's process never imports a file

    seen = _TagNames()
    seen.feed(text)
    tidy = nh3.clean(
        text.replace("\n", "<br>") if keep_lines else text,
        tags=set(_ALLOWED | {f"h{level}" for level in range(1, 7)}),
        clean_content_tags=set(_SILENT),
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )
    writer = _Markdown()
    writer.feed(tidy)
    writer.close()
    made = _tidy_lines("".join(writer.parts), keep_spaces=keep_lines)
    return Cleaned(made, tuple(sorted(seen.dropped)))


def _tidy_lines(text: str, *, keep_spaces: bool) -> str:
    lines = text.split("\n")
    if not keep_spaces:
        lines = [_SPACES.sub(" ", line).strip() for line in lines]
    return _MANY_LINES.sub("\n\n", _DOUBLED_MARK.sub("**", "\n".join(lines))).strip()


def _without_odd_links(text: str) -> tuple[str, tuple[str, ...]]:
    """Links lead to https pages; any other target is written out, and one that runs something is dropped."""
    dropped: list[str] = []

    def one(found: re.Match[str]) -> str:
        label, target = found[1], found[2]
        if target.lower().startswith("https://"):
            return found[0]
        if _SAFE_TARGET.match(target):
            return _written_out(label, target)
        dropped.append(f"link {target[:60]}")
        return label

    return _LINK.sub(one, text), tuple(dropped)


def _written_out(label: str, target: str) -> str:
    shown = re.sub(r"^(mailto|tel):", "", target, flags=re.IGNORECASE)
    return label if not shown or shown in label else f"{label} ({shown})".strip()


class _TagNames(HTMLParser):
    """Notes the tags and attributes that the cleaned text will not have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.dropped: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ALLOWED and not _HEADINGS.match(tag) and len(self.dropped) < 50:
            self.dropped.add(f"<{tag[:30]}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "srcset", "formaction"}:
                self.dropped.add(name[:30])
            elif name == "href" and value and not _SAFE_TARGET.match(value.strip()):
                self.dropped.add(f"link {value.strip()[:60]}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


class _Markdown(HTMLParser):
    """Writes tidy HTML (what nh3 let through) as the markdown subset."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[tuple[str, str | None, int]] = []  # with the place where what it marks begins

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or _HEADINGS.match(tag):
            self._line_end(double=False if tag == "br" else None)
        if tag == "li":
            self.parts.append("• ")
        if tag in {"td", "th"}:
            self.parts.append(" ")
        if tag == "a" or tag in _STRONG or tag in _EM or _HEADINGS.match(tag):
            self._open.append((tag, dict(attrs).get("href"), len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, target, start = self._open.pop()
            self._close_mark(tag, target, start)
        if tag in _BLOCKS or _HEADINGS.match(tag):
            self._line_end()

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))

    def _close_mark(self, tag: str, target: str | None, start: int) -> None:
        inner = "".join(self.parts[start:])
        del self.parts[start:]
        text = inner.strip()
        if not text:
            self.parts.append(inner)
            return
        lead = inner[: len(inner) - len(inner.lstrip())]
        trail = inner[len(inner.rstrip()) :]
        self.parts.append(lead + _marked(tag, text, target) + trail)

    def _line_end(self, *, double: bool | None = None) -> None:
        if double is False or (self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")


def _marked(tag: str, text: str, target: str | None) -> str:
    if "\n" in text:  # a mark never spans lines
        return text
    if tag == "a":
        if target and target.lower().startswith("https://") and not re.search(r"[()\s]", target):
            return f"[{text}]({target})" if not re.search(r"[\[\]]", text) else f"{text} ({target})"
        return _written_out(text, target or "")
    mark = "*" if tag in _EM else "**"
    return text if text.startswith("*") or text.endswith("*") else f"{mark}{text}{mark}"

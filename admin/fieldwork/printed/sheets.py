"""Letters, cards and posters for printing: HTML that stands by itself with its style inside, or PDF of the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from survey.access import printed
from survey.errors import Unavailable

_TEMPLATES = Path(__file__).parent / "templates"
CARDS_ON_A_SHEET = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What every printed piece of a wave says."""

    title: Mapping[str, str]
    organisers: tuple[Mapping[str, str], ...]
    minutes: int | None
    closes_at: datetime | None
    zone: str
    anonymity: str
    base_url: str

    @property
    def days(self) -> Mapping[str, str] | None:
        """The last day, as both languages write it."""
        if self.closes_at is None:
            return None
        local = self.closes_at.astimezone(ZoneInfo(self.zone))
        return {
            "zh": f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}",
            "en": f"{local:%d %B %Y, %H:%M}",
        }

    @property
    def host(self) -> str:
        """The address as people type it."""
        return self.base_url.partition("://")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A code and whom it goes to, under the number that the printing house and the post count by."""

    number: int
    recipient: str
    code: str
    qr: str


def invitations(codes: Sequence[tuple[str, str]], *, base_url: str) -> list[Invitation]:
    """Recipients and their codes, numbered in their order."""
    return [
        Invitation(
            number=n, recipient=recipient, code=printed.grouped(code), qr=qr_code(f"{base_url}/i/{code}")
        )
        for n, (recipient, code) in enumerate(codes, start=1)
    ]


def letters(about: About, found: Sequence[Invitation]) -> bytes:
    """One invitation a page."""
    return _render("letters", about=about, invitations=found)


def cards(about: About, found: Sequence[Invitation]) -> bytes:
    """Eight invitations a page, to be cut."""
    size = CARDS_ON_A_SHEET
    pages = [found[start : start + size] for start in range(0, len(found), size)]
    return _render("cards", about=about, pages=pages, total=len(found))


def poster(about: About, *, address: str) -> bytes:
    """A page for a wall, with the address that anybody may use."""
    return _render("poster", about=about, address=address, qr=qr_code(address))


def as_pdf(html: bytes) -> bytes:
    """The same as PDF. Raises Unavailable where the machine cannot set it."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise Unavailable(
            "pdf_missing",
            zh="这台服务器没有安装排版PDF所需的组件。请下载HTML文件，用浏览器打印。",
            en="This server cannot set PDF: the extra `pdf` is missing. Take the HTML file and print it from a browser.",
        ) from error
    # Images that the document carries itself; nothing is fetched from anywhere.
    only_inside = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    pdf: bytes = HTML(string=html.decode(), url_fetcher=only_inside).write_pdf()
    return pdf


def qr_code(address: str) -> str:
    """A QR code as an image inside the document."""
    code = segno.make(address, error="m", micro=False, mask=0)
    found: str = code.svg_data_uri(scale=4, border=2, omitsize=True, dark="#000", light="#fff")
    return found


def _render(name: str, **values: object) -> bytes:
    style = (_TEMPLATES / "printed.css").read_text(encoding="utf-8")
    page = _environment().get_template(f"{name}.html")
    return page.render(style=Markup(style), **values).encode()  # noqa: S704 -- our own file


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )

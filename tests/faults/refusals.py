"""How people are refused while nothing can be kept, and how they send the same again."""

from __future__ import annotations

from dataclasses import dataclass

from admin.demo.walker import Page
from tests.faults.installation import ENTRY
from tests.faults.people import Diary, Phone, fill

_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What came back to a form that could not be kept."""

    page: Page
    retry_after: str

    @classmethod
    def of(cls, phone: Phone, page: Page, marker: str, *, form: str) -> Refusal:
        """Send a form once, and take what comes."""
        patience, phone.patience = phone.patience, 0.0
        answer = phone.send(page, fill(marker), form=form)
        phone.patience = patience
        return cls(page=answer, retry_after=phone.headers.get("Retry-After", ""))

    def faults(self, typed: str) -> list[str]:
        """What is wrong with it as a kind refusal in which nothing typed is lost."""
        found = []
        if self.page.status != _UNAVAILABLE:
            found.append(f"refused with {self.page.status}")
        if not self.retry_after.isdigit():
            found.append("no Retry-After")
        if "Not possible at this moment" not in self.page.body:
            found.append("the refusal is not in the language of the page")
        if typed not in self.page.body or not any(form.name == "again" for form in self.page.forms):
            found.append("what was typed is not on the page")
        return found


def send_again(phone: Phone, refusal: Refusal) -> Page:
    """By the button of the refusal itself."""
    return phone.send(refusal.page, lambda _name, _offered: [], form="again")


def to_receipt(phone: Phone, page: Page, marker: str, diary: Diary, *, is_last: bool = False) -> list[str]:
    """From the review (or from what it led to, where ``is_last``) to the receipt; what went wrong."""
    diary.write_sent(marker)
    done = page if is_last else phone.send(page, lambda _name, _offered: [], form="submit")
    if not done.receipt:
        return [f"{marker}: no receipt after sending again, but {done.status}"]
    diary.write_acked(marker, done.receipt)
    return []


def page_with_text(phone: Phone, marker: str) -> Page:
    """The page that asks for the open answer."""
    page = phone.send(phone.get(ENTRY), lambda _name, offered: list(offered[:1]), form="start")
    while "T1" not in page.form("page").texts:
        page = phone.send(page, lambda name, offered: ["school"] if name == "A2" else list(offered[:1]))
    return page

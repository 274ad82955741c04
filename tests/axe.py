"""axe on the page that stands there: one that is just being replaced is waited for and looked at again."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

_axe = Axe()
_ATTEMPTS = 3


def run(page: Page) -> AxeResults:
    """What axe finds; only a document that vanishes under it is tried again, a violation never is."""
    for attempt in range(_ATTEMPTS):
        page.wait_for_load_state("load")
        try:
            return _axe.run(page)
        except Error:
            if attempt == _ATTEMPTS - 1:
                raise
            page.wait_for_timeout(300)
    raise AssertionError("unreachable")

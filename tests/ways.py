"""The ways in which pages are looked at: `make test` takes some that meet every width and language, `make journeys` all."""

from __future__ import annotations

import os

PHONE, DESK = 360, 1280
ALL_WAYS = os.environ.get("TEST_ALL_WAYS") == "1"
STAFF = [(PHONE, "zh"), (DESK, "en")] + ([(PHONE, "en"), (DESK, "zh")] if ALL_WAYS else [])
PUBLIC = [(PHONE, "ar"), (PHONE, "zh"), (DESK, "en")] + (
    [(PHONE, "en"), (DESK, "zh"), (DESK, "ar")] if ALL_WAYS else []
)
"""Width of the window, language."""

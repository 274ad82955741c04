"""Bounds on what importers keep for the way back: small maps of plain values, which nothing else reads."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.drafts.fields import Fields

_MAX_SYSTEMS, _MAX_ENTRIES, _MAX_CHARS = 8, 200, 20_000


def check_foreign(fields: Fields) -> None:
    """Notes a problem if ``foreign`` is anything but a small map of maps of plain values."""
    raw = fields.raw.get("foreign")
    if raw is None:
        return
    fits = (
        isinstance(raw, Mapping)
        and len(raw) <= _MAX_SYSTEMS
        and all(isinstance(entries, Mapping) and len(entries) <= _MAX_ENTRIES for entries in raw.values())
        and all(
            isinstance(name, str) and _is_plain(value)
            for entries in raw.values()
            for name, value in entries.items()
        )
    )
    if not fits:
        fields.findings.add("bad_foreign", fields.at("foreign"))


def _is_plain(value: object) -> bool:
    return (
        value is None
        or isinstance(value, (bool, int, float))
        or (isinstance(value, str) and len(value) <= _MAX_CHARS)
    )

"""Home of the menu: groups of screens, of which a person sees those they may enter."""

from __future__ import annotations

from dataclasses import dataclass

import flask
from flask_babel import lazy_gettext as _l

from survey.identity.permissions import Permission
from survey.kit import guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A screen in the menu; ``blueprint`` lights it up on all pages below."""

    label: object
    endpoint: str
    permission: Permission
    prefix: str
    """Endpoints that belong to this entry begin so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of screens."""

    label: object
    entries: tuple[Entry, ...]


def _entry(label: object, endpoint: str, permission: Permission, prefix: str = "") -> Entry:
    return Entry(
        label=label, endpoint=endpoint, permission=permission, prefix=prefix or endpoint.split(".")[0] + "."
    )


_MENU = (
    Group(label=_l("Overview"), entries=(_entry(_l("Overview"), "overview.index", Permission.HOME_VIEW),)),
    Group(
        label=_l("Design"),
        entries=(
            _entry(_l("Drafts"), "drafts.index", Permission.CONTENT_VIEW),
            _entry(_l("Instruments"), "instruments.index", Permission.CONTENT_VIEW),
            _entry(_l("Item bank"), "bank.index", Permission.CONTENT_VIEW),
            _entry(_l("Framework and plan"), "plans.index", Permission.CONTENT_VIEW),
            _entry(_l("Province"), "province.index_province", Permission.CONTENT_VIEW),
        ),
    ),
    Group(
        label=_l("Fieldwork"),
        entries=(
            _entry(_l("Waves"), "waves.index", Permission.WAVE_VIEW),
            _entry(_l("Imports"), "imports.index", Permission.IMPORT_VIEW),
            _entry(_l("Flags"), "quality.index", Permission.QUALITY_VIEW),
            _entry(_l("Keying"), "keying.index", Permission.SHEET_KEY),
            _entry(_l("My cases"), "interviews.index", Permission.CASE_INTERVIEW),
        ),
    ),
    Group(
        label=_l("Analysis"),
        entries=(
            _entry(_l("Datasets"), "datasets.index", Permission.DATASET_VIEW),
            _entry(_l("Runs and gates"), "runs.index", Permission.RUN_VIEW),
        ),
    ),
    Group(
        label=_l("Results"),
        entries=(
            _entry(_l("Hand-over"), "handovers.index", Permission.HANDOVER_VIEW),
            _entry(_l("Releases"), "releases.index", Permission.RELEASE_VIEW),
        ),
    ),
    Group(
        label=_l("Administration"),
        entries=(
            _entry(_l("People"), "people.index", Permission.USER_VIEW),
            _entry(_l("Audit log"), "audit.index", Permission.AUDIT_VIEW),
            _entry(_l("Audit office"), "signatures.index", Permission.AUDIT_VIEW),
            _entry(_l("Health"), "machine.index_machine", Permission.HEALTH_VIEW),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the menu as a page shows it."""

    label: object
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The two rows of the menu: all groups, and the screens of the present group."""

    groups: tuple[Link, ...]
    screens: tuple[Link, ...]


def register(app: flask.Flask) -> None:
    """Give templates ``menu()``, ``may(permission)`` and ``signed_in()``."""
    app.jinja_env.globals.update(menu=menu, may=may, signed_in=guard.signed_in)


def may(permission: str) -> bool:
    """Whether the person who looks at the page holds a permission, by its name."""
    return guard.may(Permission(permission))


def menu() -> Menu:
    """The menu of this page for this person."""
    here = flask.request.endpoint or ""
    groups, screens = [], []
    for group in _MENU:
        entries = [entry for entry in group.entries if guard.may(entry.permission)]
        if not entries:
            continue
        is_here = any(here.startswith(entry.prefix) for entry in entries)
        groups.append(Link(label=group.label, href=flask.url_for(entries[0].endpoint), is_here=is_here))
        if is_here and len(entries) > 1:
            screens = [
                Link(
                    label=entry.label,
                    href=flask.url_for(entry.endpoint),
                    is_here=here.startswith(entry.prefix),
                )
                for entry in entries
            ]
    return Menu(groups=tuple(groups), screens=tuple(screens))

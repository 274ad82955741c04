"""Home of the words for codes on consultation pages: what became of a comment, and as whom people write."""

from __future__ import annotations

from flask_babel import gettext as _


def decision_words() -> dict[str, str]:
    """What became of a comment."""
    return {
        "accepted": _("Adopted"),
        "partly_accepted": _("Partly adopted"),
        "not_accepted": _("Not adopted"),
    }


def speaker_words() -> dict[str, str]:
    """As whom people write, in the order in which it is offered."""
    return {
        "resident": _("Resident"),
        "enterprise": _("Enterprise"),
        "individual_business": _("Individual business"),
        "service_user": _("Service user"),
        "social_organisation": _("Social organisation"),
        "assessed_unit": _("Assessed unit"),
        "expert": _("Expert"),
        "other": _("Somebody else"),
    }

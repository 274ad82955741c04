"""Home of where signed checkpoints go from the screens: the sink, and the demo's second signer."""

from __future__ import annotations

from admin import screens
from survey.backends.checkpoints import FolderCheckpoints
from survey.ledger.checkpoint import Auditor, demo_auditor
from survey.ledger.cosigning import AuditOffice


def sink() -> FolderCheckpoints:
    """Copies of checkpoints outside the database."""
    return FolderCheckpoints(screens.settings().data_dir / "checkpoints")


def auditor() -> Auditor | None:
    """The second signer where this is no production: the real audit office signs offline, with its own tool."""
    if screens.settings().production:
        return None
    return demo_auditor(screens.keys(), FolderCheckpoints(screens.settings().data_dir / "auditor"))


def office() -> AuditOffice | None:
    """The audit office whose signature a wave needs before it opens; none outside production."""
    settings = screens.settings()
    return AuditOffice.of(announced=settings.auditor_key, production=settings.production)

"""Home of where signed checkpoints go from the screens: the sink, and the demo's second signer."""

from __future__ import annotations

from admin import screens
from survey.backends.checkpoints import FolderCheckpoints
from survey.ledger.checkpoint import Auditor, demo_auditor


def sink() -> FolderCheckpoints:
    """Copies of checkpoints outside the database."""
    return FolderCheckpoints(screens.settings().data_dir / "checkpoints")


def auditor() -> Auditor | None:
    """The second signer where this is no production: the real audit office signs offline, with its own tool."""
    if screens.settings().production:
        return None
    return demo_auditor(screens.keys(), FolderCheckpoints(screens.settings().data_dir / "auditor"))

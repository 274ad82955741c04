"""Every message of the engine, by subject; ``MESSAGES`` is the whole catalogue."""

from survey.instrument.messages.catalogue import MESSAGES
from survey.instrument.messages.wording import Wording, entry

__all__ = ["MESSAGES", "Wording", "entry"]

"""Worlds of the tiny province."""

from tests.admin.chain_fixtures import (  # noqa: F401 -- fixtures
    chain_worker,
    handed,
    handed_folder,
    on_postgresql,
    postgres_settings,
    scored,
    scored_folder,
    sealed,
    sealed_folder,
)

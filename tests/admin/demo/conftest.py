"""The demo content and simulated datasets, made once a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from admin.demo.simulate.dataset import GroupData, simulate_dataset
from admin.demo.simulate.facts import Content, read_content

SEED = 20260901
Datasets = Callable[..., dict[str, GroupData]]


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content()


@pytest.fixture(scope="session")
def datasets(content: Content) -> Datasets:
    @cache
    def simulated(seed: int = SEED, *, planted: bool = False) -> dict[str, GroupData]:
        return simulate_dataset(content, seed, planted=planted)

    return simulated

"""The demo content, read once, and a way to change a copy of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from admin.content.folder import FolderFiles, read_folder
from admin.content.load import DEMO_FOLDER, Content, load_content

Changed = Callable[..., FolderFiles]


@pytest.fixture(scope="session")
def content() -> Content:
    """The demo content as loaded."""
    return load_content()


@pytest.fixture(scope="session")
def demo_files() -> FolderFiles:
    """The files of the demo content; not to be changed."""
    return read_folder(DEMO_FOLDER)


@pytest.fixture
def changed(demo_files: FolderFiles) -> Changed:
    """A copy of the files in which one document has been changed."""

    def change(name: str, alter: Callable[[Any], object]) -> FolderFiles:
        files = FolderFiles(
            documents=dict(demo_files.documents),
            instruments=dict(demo_files.instruments),
            modules=dict(demo_files.modules),
            scales=demo_files.scales,
        )
        for group in (files.documents, files.instruments, files.modules):
            if name in group:
                value = copy.deepcopy(group[name].value)
                alter(value)
                group[name] = replace(group[name], value=value)
                return files
        raise LookupError(name)

    return change

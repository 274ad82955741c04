"""Home of the list of modules that give the designer's blueprint its addresses."""

from __future__ import annotations

from types import ModuleType

from admin.designer import (
    adding_views,
    compare_views,
    draft_views,
    file_views,
    list_views,
    logic_views,
    node_views,
    preview_views,
    walk_views,
)
from admin.designer.area import bp

MODULES: tuple[ModuleType, ...] = (
    draft_views,
    adding_views,
    node_views,
    list_views,
    logic_views,
    preview_views,
    walk_views,
    compare_views,
    file_views,
)
"""Imported for their views; named here so that nobody takes the imports for unused."""

__all__ = ["MODULES", "bp"]

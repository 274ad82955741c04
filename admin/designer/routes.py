"""Home of the list of modules that give the designer's blueprint its addresses."""

from __future__ import annotations

from types import ModuleType

from admin.designer import compare_views, draft_views, file_views
from admin.designer.area import bp
from admin.designer.logic import views as logic_views
from admin.designer.nodes import adding_views, list_views
from admin.designer.nodes import views as node_views
from admin.designer.trying import preview_views, walk_views

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

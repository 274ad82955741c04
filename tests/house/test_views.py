"""Default deny: every view wears a guard, and pages carry no script or style of their own."""

from __future__ import annotations

import re

import flask

from tests.house.test_layout import ROOT, tracked


def test_every_view_wears_a_guard(app: flask.Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if not name.endswith("static")}
    assert len(views) > 20
    assert [name for name, view in views.items() if not hasattr(view, "guard")] == []


def test_templates_carry_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("survey/*.html", "admin/*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        # a document that is downloaded or printed stands by itself: it carries its style sheet, and nothing else
        if inline.search(
            line.replace("<style>{{ style }}</style>", "")
            if {"documentation", "printed"} & set(path.parts)
            else line
        )
    ]
    assert found == []


def test_autoescape_is_never_switched_off() -> None:
    switched_off = re.compile(r"\|\s*safe\b|autoescape false|Markup\(f?[\"'].*\{", re.I)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("survey/*.html", "admin/*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if switched_off.search(line)
    ]
    assert found == []

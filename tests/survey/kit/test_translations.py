"""The catalogues: texts are found in code and templates, gaps are named, sources are compiled."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from survey.kit import translations


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one package with a view and a template."""
    package = tmp_path / "survey"
    (package / "templates").mkdir(parents=True)
    (package / "views.py").write_text(
        "title = _('Sign in')\nn = ngettext('one answer', '%(num)s answers', 2)\n"
    )
    (package / "templates" / "a.html").write_text(
        "<p>{{ _('Welcome') }}</p>{% trans %}\n  Two\n  lines\n{% endtrans %}"
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "PACKAGES", ("survey",))
    monkeypatch.setattr(translations, "LOCALES", {"survey": ("zh_Hans",)})
    return tmp_path


def translate(root: Path, **texts: str) -> None:
    path = translations.catalogue_path("survey")
    content = path.read_text("utf-8")
    for english, chinese in texts.items():
        english = english.replace("_", " ")
        assert f'msgid "{english}"\nmsgstr ""' in content
        content = content.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    path.write_text(content, "utf-8")


def test_texts_are_found_and_missing_chinese_is_named(root: Path) -> None:
    assert len(list(translations.faults())) == 4
    translations.update("survey")
    assert sorted(str(m.id) for m in translations.extract("survey") if m.id) == sorted(
        ["Sign in", "Two lines", "Welcome", str(("one answer", "%(num)s answers"))]
    )
    translate(root, Sign_in="登录", Welcome="欢迎", Two_lines="两行")
    assert list(translations.faults()) == ["survey: no Chinese for ('one answer', '%(num)s answers')"]


def test_texts_nobody_asks_for_are_named_and_update_drops_them_and_keeps_the_rest(root: Path) -> None:
    translations.update("survey")
    translate(root, Sign_in="登录", Welcome="欢迎")
    (root / "survey" / "templates" / "a.html").unlink()
    assert [fault for fault in translations.faults() if "any more" in fault] == [
        "survey: nobody asks for 'Two lines' any more",
        "survey: nobody asks for 'Welcome' any more",
    ]
    translations.update("survey")
    content = translations.catalogue_path("survey").read_text("utf-8")
    assert "Welcome" not in content
    assert "登录" in content


def test_a_translation_marked_unsure_is_not_enough(root: Path) -> None:
    translations.update("survey")
    translate(root, Sign_in="登录")
    path = translations.catalogue_path("survey")
    path.write_text(path.read_text("utf-8").replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"'), "utf-8")
    assert "survey: unsure Chinese for 'Sign in'" in list(translations.faults())


def test_catalogues_are_compiled_when_their_source_is_newer(root: Path) -> None:
    translations.update("survey")
    translate(root, Sign_in="登录")
    translations.compile_all()
    compiled = translations.catalogue_path("survey").with_suffix(".mo")
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Sign in") == "登录"
    before = compiled.stat().st_mtime_ns
    translations.compile_all()
    assert compiled.stat().st_mtime_ns == before, "nothing to do"
    os.utime(translations.catalogue_path("survey"), ns=(before + 10**9, before + 10**9))
    translations.compile_all()
    assert compiled.stat().st_mtime_ns != before


def test_the_verbs_of_the_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main(["update"]) == 0
    assert translations.main(["check"]) == 1
    assert "no Chinese for 'Welcome'" in capsys.readouterr().err
    assert translations.main(["compile"]) == 0
    assert translations.main([]) == 2


REFUSALS = """
TABLE = {USED: (Gone, "这个链接已经用过。", "This link has been used.")}
def closed(n):
    raise Gone("wave_closed", zh="这项调查已经结束。", en="This survey has closed.")
def late(n):
    raise Gone("late", zh=f"晚了{n}天。", en=f"{n} days late.")
"""


def test_refusals_are_looked_up_by_their_english_and_may_hold_no_values(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "LOCALES", {"survey": ("zh_Hans", "ar")})
    (root / "survey" / "access").mkdir()
    (root / "survey" / "access" / "refusals.py").write_text(REFUSALS)
    in_arabic = {message.id for message in translations.extract("survey", "ar")}
    assert {"This link has been used.", "This survey has closed."} <= in_arabic
    assert "This survey has closed." not in {message.id for message in translations.extract("survey")}
    assert [fault for fault in translations.faults() if "values in its text" in fault] == [
        f"{root}/survey/access/refusals.py:6: a refusal with values in its text; "
        "write %(name)s and give them by name"
    ]

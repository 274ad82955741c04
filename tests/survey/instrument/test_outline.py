"""The plain questionnaire: every wording, every option, and in words who is asked."""

from __future__ import annotations

import pytest

from survey.instrument.outline import outline
from tests.survey.instrument.make import APPRAISAL, EVERYTHING, FOLLOW_UP, program


@pytest.mark.parametrize("text", [EVERYTHING, APPRAISAL, FOLLOW_UP])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_left_out(text: str, language: str) -> None:
    compiled = program(text)
    plain = outline(compiled, language)
    items = [item for section in plain.sections for item in section.items]
    expected = [item for page in compiled.pages for item in page.items]
    assert [item.code for item in items] == [item.code for item in expected]
    for shown, item in zip(items, expected, strict=True):
        assert [option.text for option in shown.options] == [option.text[language] for option in item.options]
    assert plain.digest == compiled.digest
    assert "{" not in "".join(
        [plain.title, *(s.title for s in plain.sections), *(item.text for item in items)]
    )


def test_conditions_are_told_in_words() -> None:
    sections = {
        section.code + (section.repeated or ""): section for section in outline(program(), "en").sections
    }
    assert sections["B"].condition == "Question A3: “School” or “Clinic”"
    conditions = [item.condition for item in sections["B"].items]
    assert conditions == ["Question A3: “School”", "Evaluator group: “guests”", "Channel: “window”"]
    assert "UAsked once for every unit ticked (2 of them, drawn at random, if there are more)" in sections
    zh = outline(program(), "zh")
    assert zh.sections[1].condition == "第A3题选了“上学”或者“看病”"


def test_remarks_tell_what_an_option_does() -> None:
    first = outline(program(), "en").sections[0].items
    assert first[0].options[0].remarks == ("ends the questionnaire",)
    assert [option.remarks for option in first[2].options] == [
        (),
        (),
        ("not scored, for analysis only",),
        ("not together with other options",),
    ]


def test_a_language_the_program_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no language"):
        outline(program(), "fr")

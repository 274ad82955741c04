"""The exception tree is drawn, and every code speaks both languages about the same things."""

import pickle
import string

import pytest

from analysis import errors
from analysis.errors import STATUSES, AnalysisError, AnalysisWarning, DesignError, Text


def family(kind: type[AnalysisError]) -> list[type[AnalysisError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in family(child))]


OURS = [kind for kind in family(AnalysisError) if kind.__module__.startswith(errors.__name__)]
TEXTS = [(f"{kind.__name__}.{code}", text) for kind in OURS for code, text in kind.catalogue.items()]
TEXTS += [(f"status.{code}", text) for code, text in STATUSES.items()]


def fields(template: str) -> set[str]:
    named = (name for _, name, _, _ in string.Formatter().parse(template) if name)
    return {name.removesuffix("_zh").removesuffix("_en") for name in named}


def test_every_class_is_in_the_drawing() -> None:
    assert len(OURS) == 7
    for kind in OURS:
        assert f" {kind.__name__}" in (errors.__doc__ or "")


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_both_languages_name_the_same_things(code: str, text: Text) -> None:
    assert fields(text.zh) == fields(text.en), code
    assert any("一" <= letter <= "鿿" for letter in text.zh)
    assert text.en[-1] in ".?"
    assert text.zh[-1] in "。？"


def test_a_code_is_looked_up_in_the_class_and_above() -> None:
    class Child(DesignError):
        catalogue = {"new": Text(zh="新的 {x}。", en="New {x}.")}  # noqa: RUF012 - as any child would write it

    assert Child("new", x=1).message("zh") == "新的 1。"
    assert str(Child("no_weight")) == DesignError("no_weight").message("en")
    with pytest.raises(KeyError, match="nonsense"):
        Child("nonsense")
    with pytest.raises(KeyError):
        DesignError("lonely_psu", stratum="a")


def test_errors_travel_between_processes() -> None:
    sent = DesignError("lonely_psu", stratum="a", count=2)
    back = pickle.loads(pickle.dumps(sent))
    assert (back.code, back.context, str(back)) == (sent.code, sent.context, str(sent))


def test_a_status_is_a_value() -> None:
    status = AnalysisWarning(code="few_degrees_of_freedom", context={"df": 3})
    assert status == AnalysisWarning(code="few_degrees_of_freedom", context={"df": 3})
    assert "3" in status.message("zh")

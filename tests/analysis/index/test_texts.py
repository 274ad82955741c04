"""What indices, small areas, ranks and drivers say: both languages name the same things, and statuses travel."""

import pickle
import string

import pytest

from analysis.drivers import errors as drivers
from analysis.errors import Text
from analysis.index import errors as index
from analysis.rank import errors as rank
from analysis.smallarea import errors as smallarea

KINDS = (index.IndexRefused, smallarea.SmallAreaError, rank.RankError, drivers.DriverError)
TEXTS = [(f"{kind.__name__}.{code}", text) for kind in KINDS for code, text in kind.catalogue.items()]
TEXTS += [
    (f"{module.__name__}.{code}", text)
    for module in (index, smallarea, drivers)
    for code, text in module.STATUSES.items()
]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_both_languages_name_the_same_things(code: str, text: Text) -> None:
    assert fields(text.zh) == fields(text.en), code
    assert any("一" <= letter <= "鿿" for letter in text.zh)
    assert text.en[-1] in ".?"
    assert text.zh[-1] in "。？"


def test_a_status_travels_between_processes() -> None:
    sent = smallarea.SmallAreaStatus(code="some_areas_without_sample", context={"count": 3})
    back = pickle.loads(pickle.dumps(sent))
    assert back == sent
    assert back.message("en").startswith("3 areas")
    assert index.IndexStatus(code="renormalised", context={"node": "I1", "present": 0.7}).message("zh")
    assert drivers.DriverStatus(code="nearly_collinear", context={"number": 40}).message("zh")

"""Plan files: each mistake is named with file, path and reason, in both languages."""

from pathlib import Path

import pytest

from analysis.errors import PlanError
from analysis.plan import load_plan

START = "schema: minyi-analysis/1\ndesign: {weight: pw}\n"


def load(folder: Path, text: str) -> object:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(path)


def test_targets_nest_once_per_column_and_labels_are_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        START
        + """
missing: [99, NA]
weighting:
  method: rake
  margins:
    - {name: cross, columns: [city, age], unknown: [0], targets: {1: {young: 5, old: 6}, 2: {young: 7, old: 8}}}
"""
    )
    plan = load_plan(path)
    assert plan.missing == ("99", "NA")
    (margin,) = plan.weighting[0].margins
    assert margin.targets == {("1", "young"): 5, ("1", "old"): 6, ("2", "young"): 7, ("2", "old"): 8}
    assert margin.unknown == ("0",)
    assert len(plan.digest) == 64


REFUSED = [
    ("design: {}\n", "(top)", '"schema" is missing'),
    ("- 1\n", "(top)", "object"),
    (START + "estimate: []\n", "(top)", '"estimate" is not known here'),
    (START + "design: {}\n", "plan.yaml, line 3", '"design" occurs twice'),
    ("schema: minyi-analysis/2\ndesign: {}\n", "schema", "minyi-analysis/1"),
    ("schema: minyi-analysis/1\ndesign: {weight: a, probability: b}\n", "design", "not both"),
    ("schema: minyi-analysis/1\ndesign: {lonely: ignore}\n", "design.lonely", "refuse, certainty"),
    (START + "level: 95\n", "level", "exclusiveMaximum 1"),
    (START + "estimates: [{kind: mean}]\n", "estimates[0]", '"items" is missing'),
    (START + "estimates: [{kind: share, items: [q1]}]\n", "estimates[0]", '"values" is missing'),
    (START + "estimates: [{kind: median, items: [q1]}]\n", "estimates[0].kind", "none of: mean"),
    (START + "estimates: [{kind: mean, items: [q1, q1]}]\n", "estimates[0].items", "repeats"),
    (
        START + "estimates: [{kind: mean, items: [q1], scale: {low: 5, high: 1}}]\n",
        "estimates[0].scale",
        "low must be below high",
    ),
    (
        START + "weighting: {method: rake, margins: [{name: a, columns: [x], targets: {f: many}}]}\n",
        "weighting.margins[0].targets.f",
        "many",
    ),
    (
        START + "weighting: {method: rake, margins: [{name: a, columns: [x, y], targets: {f: 3}}]}\n",
        "weighting.margins[0].targets.f",
        "2 columns",
    ),
    (
        START + "weighting: {method: rake, margins: [{name: a, columns: [x], targets: {f: {g: 3}}}]}\n",
        "weighting.margins[0].targets.f",
        "1 columns",
    ),
    (START + "weighting: {method: rake, margins: []}\n", "weighting.margins", "may not be empty"),
    (
        START
        + "weighting: {method: poststratify, margins: ["
        + "{name: a, columns: [x], targets: {f: 3}}, " * 2
        + "]}\n",
        "weighting.margins",
        "exactly one margin",
    ),
    (
        START
        + "indices: [{name: i, scale: {low: 1, high: 5}, indicators: [{name: a, weight: 0.9, items: {q: 1}}]}]\n",
        "indices[0].indicators",
        "sum to 0.9",
    ),
    (
        START + "indices: [{name: i, scale: {low: 1, high: 5}, indicators: "
        "[{name: a, weight: 0.5, items: {q: 1}}, {name: b, weight: 0.5, items: {q: 1}}]}]\n",
        "indices[0].indicators",
        '"q" occurs twice',
    ),
    (START + "title: [unclosed\n", "line 4", "not valid YAML"),
    (START + "title: !!python/object:os.system {}\n", "line 3", "not valid YAML"),
    ("\t\n", "line 1", "not valid YAML"),
]


@pytest.mark.parametrize(("text", "place", "reason"), REFUSED)
def test_a_mistake_is_named(tmp_path: Path, text: str, place: str, reason: str) -> None:
    with pytest.raises(PlanError) as refusal:
        load(tmp_path, text)
    for language in ("zh", "en"):
        assert "plan.yaml" in refusal.value.message(language)  # type: ignore[arg-type]  # both are languages
    assert place in refusal.value.message("en")
    assert reason in refusal.value.message("en")
    if refusal.value.code == "plan_invalid":
        assert place in refusal.value.message("zh")
        assert refusal.value.context["reason_zh"] != refusal.value.context["reason_en"]


def test_a_missing_plan_is_named() -> None:
    with pytest.raises(PlanError, match=r"nowhere\.yaml"):
        load_plan(Path("nowhere.yaml"))

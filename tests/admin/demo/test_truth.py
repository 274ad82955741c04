"""The truth is the population mean of what people would answer, and the simulated answers hit it."""

from __future__ import annotations

import numpy as np
import pytest

from admin.demo.simulate.facts import Content, cities
from admin.demo.simulate.model import answer_model, expected_score, lookup, to_code
from admin.demo.simulate.population import (
    enterprise_cells,
    individual_business_cells,
    resident_cells,
    service_cells,
)
from admin.demo.simulate.residents import expectation
from admin.demo.simulate.truth import group_index, truth
from tests.admin.demo.conftest import SEED, Datasets


def test_populations_add_up_to_the_published_margins(content: Content) -> None:
    totals, margins = content["province"]["totals"], content["province"]["margins"]
    residents = resident_cells(content)
    assert residents.counts.sum() == pytest.approx(totals["adult_population"])
    table = margins["residents"]["city_by_age"]
    yunlan = residents.counts[np.array(residents.city) == "yunlan"]
    assert [yunlan[:, residents.age == age].sum() for age in dict.fromkeys(residents.age)] == pytest.approx(
        table["yunlan"]
    )
    firms = enterprise_cells(content)
    assert firms.sum(axis=2)[0] == pytest.approx(margins["enterprises"]["city_by_size"]["yunlan"])
    assert firms.sum(axis=(0, 1)) == pytest.approx(
        list(margins["enterprises"]["one_way"]["industry"].values())
    )
    assert individual_business_cells(content).sum() == pytest.approx(totals["individual_businesses"])
    assert service_cells(content).sum() == pytest.approx(totals["completed_service_transactions"])


def test_answers_round_half_a_step_up_and_stay_on_the_scale() -> None:
    latent = np.array([-40.0, 12.4, 12.6, 62.4, 62.6, 87.4, 87.6, 150.0])
    assert to_code(latent).tolist() == [1, 1, 2, 3, 4, 4, 5, 5]


def test_the_expected_score_is_the_mean_of_many_answers() -> None:
    rng = np.random.default_rng(7)
    for mean, sd in ((72.0, 22.7), (95.0, 22.7), (20.0, 10.0)):
        many = 25.0 * (to_code(rng.normal(mean, sd, 400_000)) - 1.0)
        assert expected_score(np.array([mean]), sd)[0] == pytest.approx(many.mean(), abs=0.15)


def test_a_city_s_true_item_score_is_what_its_population_would_answer(content: Content) -> None:
    model = answer_model(content, SEED)
    cells = resident_cells(content)
    rows = np.flatnonzero(np.array(cells.city) == "yuze")
    rng = np.random.default_rng(11)
    flat = cells.counts[rows].ravel()
    drawn = rng.choice(len(flat), size=300_000, p=flat / flat.sum())
    kind = drawn % 20
    mode = rng.choice(["cati", "web", "capi"], p=[0.6, 0.35, 0.05], size=len(drawn))
    latent = expectation(
        model,
        city=np.full(len(drawn), "yuze"),
        county=np.array(cells.county)[rows[drawn // 20]],
        age=cells.age[kind],
        place=cells.place[kind],
        sex=cells.sex[kind],
    )
    latent = latent + lookup(model.mode, mode) + rng.normal(0.0, model.sd_total, len(drawn))
    result = truth(content, SEED)["items"]["residents"]["yuze"]
    for item in ("R10", "R17", "R30"):
        scores = 25.0 * (to_code(latent + model.item[item]) - 1.0)
        assert result[item] == pytest.approx(scores.mean(), abs=0.2)


def test_indices_are_means_of_means(content: Content) -> None:
    items = {
        code: 60.0
        for part in content["framework"]["groups"]["residents"].values()
        for i in part["indicators"].values()
        for code in i["items"]
    }
    assert group_index(content, "residents", items) == pytest.approx(60.0)
    items["R08"] = 100.0
    assert group_index(content, "residents", items) == pytest.approx(60.0 + 40.0 * 0.30 * 0.10)


def test_true_indices_lie_where_the_content_says(content: Content) -> None:
    for seed in (SEED, 1, 2, 3):
        result = truth(content, seed)
        low, high = content["simulation"]["indicative_results"]["provincial_resident_index"]
        assert low <= result["provincial"]["residents"] <= high
        index = result["city_indices"]["residents"]
        spread_low, spread_high = content["simulation"]["indicative_results"][
            "city_spread_of_point_estimates"
        ]
        assert spread_low <= max(index.values()) - min(index.values()) <= spread_high
        assert min(index, key=index.__getitem__) == "qiaozhou"
        tied = [index[city] for city in ("tangzhou", "heyu", "zhuping", "junling")]
        assert max(tied) - min(tied) < 4.0
    assert truth(content, SEED) == truth(content, SEED)


def test_enterprise_city_means_are_unbiased_for_the_truth(content: Content, datasets: Datasets) -> None:
    """Size and industry do not move an enterprise's opinion, so plain city means estimate the truth."""
    errors = []
    for seed in (SEED, 1, 2, 3):
        responses = datasets(seed)["enterprises"].responses
        for city in content["province"]["cities"]:
            here = responses["A1"] == city["code"]
            for item in ("E06", "E12", "E18"):
                codes = responses[item][here]
                codes = codes[(codes >= 1) & (codes <= 5)]
                errors.append(
                    25.0 * (codes.mean() - 1.0) - truth_of(content, seed)["enterprises"][city["id"]][item]
                )
    assert np.mean(errors) == pytest.approx(0.0, abs=0.6)
    assert np.std(errors) < 3.0


_TRUTHS: dict[int, dict[str, dict[str, dict[str, float]]]] = {}


def truth_of(content: Content, seed: int) -> dict[str, dict[str, dict[str, float]]]:
    if seed not in _TRUTHS:
        _TRUTHS[seed] = truth(content, seed)["items"]
    return _TRUTHS[seed]


def test_departments_combine_module_and_domain_items(content: Content) -> None:
    result = truth(content, SEED)
    module, department = result["unit_module"]["residents"], result["departments"]["residents"]
    assert department["finance"] == module["finance"]
    r19 = result["provincial_items"]["residents"]["R19"]
    assert department["market"] == pytest.approx(0.6 * module["market"] + 0.4 * r19)
    assert module["govservice"] > module["natres"] + 6.0
    assert set(result["composites"]) == {f"city_{city}" for city in cities(content)}

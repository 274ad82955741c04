"""Draws: the rows R draws from the same numbers, probabilities that hold, seeds that can be checked."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import sampling
from analysis.errors import InvalidInput
from analysis.estimate.means import mean
from analysis.sampling import SamplingError, Seed
from analysis.sampling.selection import brewer_rows, pareto_rows, simple_rows, systematic_rows

CASE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "own" / "sampling" / "plans.json").read_text()
)
SEED = Seed(secret=b"a secret of enough bytes", public="lottery 2026-11-21: 05 11 12 23 31 | 08")
SIZES = np.array(CASE["sizes"], dtype=float)
IDS = [f"u{k:03d}" for k in range(len(SIZES))]


def test_probabilities_and_draws_are_those_of_r() -> None:
    pi = sampling.inclusion_probabilities(SIZES, 6)
    np.testing.assert_allclose(pi, CASE["pik"], rtol=1e-12)
    assert (systematic_rows(pi, CASE["start"]) + 1).tolist() == CASE["systematic"]
    assert (brewer_rows(pi, np.array(CASE["uniforms"])) + 1).tolist() == CASE["brewer"]
    equal = sampling.inclusion_probabilities(np.ones(23), 7)
    assert (systematic_rows(equal, CASE["equal_start"]) + 1).tolist() == CASE["equal"]


def test_the_number_of_a_unit_needs_a_hash_function_and_nothing_else() -> None:
    key = hmac.new(b"a secret of enough bytes", SEED.public.encode(), hashlib.sha256).digest()
    raw = hmac.new(key, "stage 1/all\x1f甲".encode(), hashlib.sha256).digest()
    u = ((int.from_bytes(raw[:8], "big") >> 11) + 0.5) / 2**53
    assert SEED.uniforms(["甲"], purpose="stage 1/all")[0] == u
    # Fixed for ever: a change here would make old draws uncheckable.
    assert sampling.draw([str(k) for k in range(40)], 5, seed=SEED).ids == FROZEN


FROZEN = ("3", "4", "24", "37", "39")


def test_uniforms_are_uniform_and_independent_of_order() -> None:
    names = [str(k) for k in range(20_000)]
    u = SEED.uniforms(names, purpose="x")
    np.testing.assert_allclose(np.histogram(u, 10, (0, 1))[0] / 2000, 1, atol=0.07)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.03
    assert abs(np.corrcoef(u, SEED.uniforms(names, purpose="y"))[0, 1]) < 0.03
    np.testing.assert_array_equal(SEED.uniforms(names[::-1], purpose="x")[::-1], u)
    assert 0 < u.min() < u.max() < 1


def test_systematic_draws_are_unbiased_over_all_starts() -> None:
    pi = sampling.inclusion_probabilities(SIZES, 6)
    starts = (np.arange(20_000) + 0.5) / 20_000
    counts = np.zeros(len(pi))
    for start in starts:
        rows = systematic_rows(pi, float(start))
        assert len(rows) == 6
        counts[rows] += 1
    np.testing.assert_allclose(counts / len(starts), pi, atol=2e-4)


@pytest.mark.parametrize(("method", "tolerance"), [("brewer", 0.0), ("pareto", 0.012), ("simple", 0.0)])
def test_draws_are_unbiased(method: str, tolerance: float) -> None:
    rng = np.random.default_rng(21)
    rounds, total, counts = 8_000, 0.0, np.zeros(len(SIZES))
    pi = sampling.inclusion_probabilities(np.ones(15) if method == "simple" else SIZES, 6)
    for _ in range(rounds):
        u = rng.random(15)
        rows = (
            {"brewer": brewer_rows, "pareto": pareto_rows}[method](pi, u)
            if method != "simple"
            else simple_rows(u, 6)
        )
        assert len(set(rows.tolist())) == 6
        counts[rows] += 1
        total += float((SIZES[rows] / pi[rows]).sum())
    spread = 4.5 * np.sqrt(pi * (1 - pi) / rounds)
    assert (np.abs(counts / rounds - pi) <= spread + tolerance).all()
    assert total / rounds == pytest.approx(SIZES.sum(), rel=0.02)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 1000), min_size=2, max_size=40).filter(
        lambda s: sum(v > 0 for v in s) >= 2
    ),
    data=st.data(),
)
def test_every_method_draws_n_units_with_a_chance(sizes: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, sum(value > 0 for value in sizes)))
    names = [f"u{k}" for k in range(len(sizes))]
    for method in ("systematic", "pareto", "brewer"):
        found = sampling.draw(names, n, seed=SEED, method=method, sizes=sizes)
        assert len(found.rows) == n
        assert found.probabilities.sum() == pytest.approx(n)
        assert all(sizes[row] > 0 for row in found.rows)
        assert set(np.flatnonzero(found.certain)) <= set(found.rows.tolist())
        assert (found.weights >= 1.0).all()
        sampling.verify(found, sampling.draw(names, n, seed=SEED, method=method, sizes=sizes))


def test_a_stratified_draw_keeps_its_allocation_and_ignores_row_order() -> None:
    strata = np.repeat(["north", "south", "west"], [50, 30, 20])
    names = np.array([f"u{k}" for k in range(100)])
    wanted = sampling.proportional(20, {"north": 50, "south": 30, "west": 20})
    found = sampling.draw(names, wanted, seed=SEED, strata=strata)
    drawn = [found.strata[row] for row in found.rows]
    assert {name: drawn.count(name) for name in wanted.strata} == {"north": 10, "south": 6, "west": 4}
    assert found.weights == pytest.approx(np.full(20, 5.0))
    order = np.random.default_rng(1).permutation(100)
    again = sampling.draw(names[order], wanted, seed=SEED, strata=strata[order])
    assert set(again.ids) == set(found.ids)
    assert found.to_rows()[0]["weight"] == pytest.approx(5.0)
    nothing = sampling.draw(names, {"north": 3, "south": 0, "west": 1}, seed=SEED, strata=strata)
    assert len(nothing.rows) == 4


def test_two_stages_weigh_themselves() -> None:
    size = [30, 60, 10, 100, 40, 80, 20, 60]
    psu = np.repeat([f"t{k}" for k in range(8)], size)
    names = [f"{place}-{k}" for k, place in enumerate(psu)]
    found = sampling.draw_two_stage(names, 3, psu=psu, n_each=10, seed=SEED)
    assert len(found.rows) == 30
    assert found.weights == pytest.approx(np.full(30, 400 / 30))
    drawn = [found.psu[row] for row in found.rows]
    assert len(set(drawn)) == 3
    assert found.probabilities == pytest.approx(np.full(400, 30 / 400))
    assert found.first_stage[0] == pytest.approx(3 * 30 / 400)
    strata = np.where(np.isin(psu, ["t0", "t1", "t2", "t3"]), "east", "west")
    both = sampling.draw_two_stage(
        names, {"east": 2, "west": 1}, psu=psu, n_each=10, seed=SEED, strata=strata, method="brewer"
    )
    assert sum(both.strata[row] == "east" for row in both.rows) == 20


def test_two_stage_draws_are_unbiased() -> None:
    size = [4, 8, 2, 10, 6]
    psu = np.repeat([f"t{k}" for k in range(5)], size)
    names = [str(k) for k in range(30)]
    y = np.random.default_rng(2).normal(50, 10, 30)
    totals = []
    for number in range(1500):
        seed = Seed(secret=f"trial number {number:08d}")
        found = sampling.draw_two_stage(names, 2, psu=psu, n_each=2, seed=seed, method="brewer")
        totals.append(float((y[found.rows] * found.weights).sum()))
    assert np.mean(totals) == pytest.approx(y.sum(), abs=4 * np.std(totals) / np.sqrt(1500))


def test_a_draw_becomes_a_design() -> None:
    strata = np.repeat(["north", "south"], [50, 30])
    y = np.random.default_rng(4).normal(60, 10, 80)
    found = sampling.draw(np.arange(80), {"north": 10, "south": 15}, seed=SEED, strata=strata)
    design = found.design()
    assert design.df == 23
    estimate = mean(y[found.rows], design)
    own = [
        y[found.rows][np.array([found.strata[r] for r in found.rows]) == name] for name in ("north", "south")
    ]
    assert estimate.value == pytest.approx(50 / 80 * own[0].mean() + 30 / 80 * own[1].mean())
    variance = (50 / 80) ** 2 * own[0].var(ddof=1) / 10 * 0.8 + (30 / 80) ** 2 * own[1].var(ddof=1) / 15 * 0.5
    assert estimate.se == pytest.approx(np.sqrt(variance))
    psu = np.repeat([f"t{k}" for k in range(16)], 5)
    staged = sampling.draw_two_stage(np.arange(80), 4, psu=psu, n_each=3, seed=SEED).design()
    assert (staged.df, staged.layout.n_psu) == (3, 4)
    pps = sampling.draw(IDS, 6, seed=SEED, method="brewer", sizes=SIZES).design()
    assert pps.layout.pps == "hajek"
    comb = sampling.draw(IDS, 6, seed=SEED, method="systematic", sizes=SIZES).design()
    assert (comb.layout.pps, float(comb.layout.fraction.sum())) == (None, 0.0)


def test_a_commitment_refuses_another_seed_frame_or_plan() -> None:
    frame = sampling.frame_digest(IDS, SIZES)
    found = sampling.draw(IDS, 6, seed=SEED, method="pareto", sizes=SIZES)
    promise = sampling.commit(SEED, frame=frame, plan=found.plan)
    assert (found.seed_digest, found.frame_digest) == (promise.seed_digest, promise.frame_digest)
    promise.check(SEED, frame=frame, plan=found.plan)
    assert b"secret" not in repr(SEED).encode()
    other = Seed(secret=b"another secret of many bytes")
    with pytest.raises(SamplingError, match="not the committed seed"):
        promise.check(other, frame=frame, plan=found.plan)
    with pytest.raises(SamplingError, match="not the committed frame"):
        promise.check(SEED, frame=sampling.frame_digest(IDS, SIZES + 1), plan=found.plan)
    with pytest.raises(SamplingError, match="not the committed plan"):
        promise.check(SEED, frame=frame, plan="simple: 6")
    with pytest.raises(SamplingError, match="not the committed seed"):
        sampling.verify(found, sampling.draw(IDS, 6, seed=other, method="pareto", sizes=SIZES))
    # Another public word is another draw under the same commitment to the secret.
    later = Seed(secret=b"a secret of enough bytes", public="another word")
    assert later.digest == SEED.digest
    with pytest.raises(SamplingError, match="another result at row"):
        sampling.verify(found, sampling.draw(IDS, 6, seed=later, method="pareto", sizes=SIZES))


def test_the_digest_of_a_frame_does_not_depend_on_types() -> None:
    assert sampling.frame_digest(["1", "2"], [3.0, 4.0]) == sampling.frame_digest([1, 2], np.array([3, 4]))
    assert sampling.frame_digest(["a", "b"]) != sampling.frame_digest(["b", "a"])
    assert sampling.frame_digest(["ab", "c"]) != sampling.frame_digest(["a", "bc"])


def test_replicates_are_balanced_and_keep_probabilities() -> None:
    strata = np.repeat(["n", "s"], [120, 80])
    names = [f"u{k}" for k in range(200)]
    found = sampling.draw(names, {"n": 36, "s": 12}, seed=SEED, strata=strata)
    parts = sampling.sample_replicates(found, groups=4, seed=SEED)
    for name, each in (("n", 9), ("s", 3)):
        rows = [place for place, row in enumerate(found.rows) if found.strata[row] == name]
        assert np.bincount(parts.group[rows])[1:].tolist() == [each] * 4
    assert parts.probabilities(2)[0] == pytest.approx(36 / 120 / 2)
    assert parts.probabilities(4) == pytest.approx(found.probabilities[found.rows])
    assert set(parts.released(1)) < set(parts.released(2))
    with pytest.raises(SamplingError, match="groups"):
        parts.released(5)


tables = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(st.integers(0, 500), min_size=rows * columns, max_size=rows * columns).map(
            lambda values: np.array(values, dtype=float).reshape(rows, columns)
        )
    )
)


@settings(max_examples=50, deadline=None)
@given(table=tables.filter(lambda table: table.sum() > 0), n=st.integers(1, 400))
def test_quotas_keep_all_margins(table: np.ndarray, n: int) -> None:
    found = sampling.quotas(table, n)
    assert found.total == n
    for axis in (0, 1):
        gap = found.quotas.sum(axis=axis) - found.targets.sum(axis=axis)
        assert (np.abs(gap) < 1).all()
    assert (np.abs(found.quotas - found.targets) < 1).all()
    assert (found.quotas[table == 0] == 0).all()


def test_quotas_by_hand() -> None:
    assert sampling.quotas([[1, 1], [1, 1]], 2).quotas.sum(axis=0).tolist() == [1, 1]
    assert sampling.quotas([2, 1, 1], 8).quotas.tolist() == [4, 2, 2]
    cube = sampling.quotas(np.arange(1, 13).reshape(2, 3, 2), 50)
    for axes in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
        assert (np.abs(cube.quotas.sum(axis=axes) - cube.targets.sum(axis=axes)) < 1).all()
    assert len(cube.to_rows()) == 12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Seed(secret=b"short"), "5 bytes"),
        (lambda: Seed(secret=12345), "secret"),  # type: ignore[arg-type]
        (lambda: sampling.quotas([["a"]], 3), "shares"),
        (lambda: sampling.draw(["a", "b", "a"], 1, seed=SEED), '"a" occurs twice'),
        (lambda: sampling.draw(["a", None, "b"], 1, seed=SEED), "Row 2"),
        (lambda: sampling.draw(["a", "b"], 3, seed=SEED), "there are only 2"),
        (lambda: sampling.draw(["a", "b"], 0.5, seed=SEED), "n"),  # type: ignore[arg-type]
        (lambda: sampling.draw(["a", "b"], 1, seed=SEED, method="lottery"), "lottery"),
        (lambda: sampling.draw(["a", "b"], 1, seed=SEED, sizes=[1, 2]), "sizes"),
        (lambda: sampling.draw(["a", "b"], 2, seed=SEED, method="pareto", sizes=[1, 0]), "only 1 units"),
        (lambda: sampling.draw(["a", "b"], 1, seed=SEED, method="pareto", sizes=[1, -1]), "sizes: row 2"),
        (lambda: sampling.draw(["a", "b"], 1, seed=SEED, strata=["x", "y"]), "given per stratum"),
        (lambda: sampling.draw(["a", "b"], {"x": 1}, seed=SEED, strata=["x", "y"]), '"y" of the frame'),
        (lambda: sampling.draw(["a", "b"], {"x": 1, "z": 1}, seed=SEED, strata=["x", "x"]), '"z"'),
        (lambda: sampling.draw(["a", "b"], {"x": 3}, seed=SEED, strata=["x", "x"]), "stage 1/x"),
        (
            lambda: sampling.draw_two_stage(
                list("abc"), 1, psu=list("xxy"), n_each=1, seed=SEED, sizes=[1, 2, 1]
            ),
            '"x" has more than one size',
        ),
        (
            lambda: sampling.draw_two_stage(
                list("abc"), {"p": 1, "q": 1}, psu=list("xxy"), n_each=1, seed=SEED, strata=list("pqq")
            ),
            '"x" lies in strata',
        ),
        (lambda: sampling.frame_digest(["a", "b"], [1]), "columns"),
        (lambda: sampling.quotas([[1, -1]], 5), "shares"),
        (lambda: sampling.quotas([[0, 0]], 5), "shares"),
        (lambda: sampling.quotas([1, 2], 0), "n"),
    ],
)
def test_bad_frames_are_refused_by_name(call: Any, words: str) -> None:
    with pytest.raises((SamplingError, InvalidInput), match=words) as caught:
        call()
    assert caught.value.message("zh") != caught.value.message("en")

"""Home of the samples of service users: by city and channel, topped up by unit, and in peacetime."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.allocation import Allocation, Stratum, allocate, shuffled_modes, spread
from admin.demo.simulate.facts import PEACETIME, Content, apportion, cities, pick, stream
from admin.demo.simulate.model import AnswerModel, lookup
from admin.demo.simulate.persons import Persons
from admin.demo.simulate.population import service_cells

CHANNELS = ("window", "online", "mobile", "kiosk", "hotline")


def transaction_shares(content: Content) -> dict[str, float]:
    """Share of each unit in the completed transactions."""
    shares: dict[str, float] = content["simulation"]["service_transactions_by_unit"]
    total = sum(shares.values())
    return {unit: share / total for unit, share in shares.items()}


def draw_service_users(content: Content, seed: int, model: AnswerModel) -> Persons:
    """The annual sample by city × channel, then cases that bring every unit to its minimum."""
    rng = stream(seed, "service_users")
    design = content["province"]["sample_design"]["service_users"]
    quota = [design["by_channel_within_city"][channel] for channel in CHANNELS]
    main, invited = _stratified(content, rng, [quota for _ in cities(content)], fraction=1.0)
    unit = pick(rng, transaction_shares(content), len(main["mode"]))
    extra, extra_unit, more = _top_up(content, rng, unit, minimum=design["unit_top_up"]["min_per_unit"])
    facts = {name: np.concatenate([values, extra[name]]) for name, values in main.items()}
    facts["part"] = np.repeat(["main", "unit_top_up"], [len(unit), len(extra_unit)])
    facts["unit"] = np.concatenate([unit, extra_unit])
    facts["quarter"] = np.full(len(facts["unit"]), "")
    return _persons(rng, model, "service_users", facts, _added(invited, more))


def draw_peacetime(content: Content, seed: int, model: AnswerModel) -> Persons:
    """The reviews of the quarters before the annual survey, spread as the transactions are."""
    rng = stream(seed, PEACETIME)
    peacetime = content["simulation"]["fieldwork_records"]["peacetime"]
    cells = service_cells(content)
    completes = np.array(apportion(peacetime["completes_per_quarter"], cells.ravel().tolist())).reshape(
        cells.shape
    )
    drawn = [
        _stratified(content, rng, completes.tolist(), fraction=1.0 / 4.0, prefix=f"{quarter}/")
        for quarter in peacetime["quarters"]
    ]
    quarters = [part for part, _ in drawn]
    facts = {name: np.concatenate([part[name] for part in quarters]) for name in quarters[0]}
    n = [len(part["mode"]) for part in quarters]
    facts["quarter"] = spread(list(peacetime["quarters"]), n)
    facts["part"] = spread(["main"], [sum(n)])
    facts["unit"] = pick(rng, transaction_shares(content), sum(n))
    persons = _persons(rng, model, PEACETIME, facts, _added(*(invited for _, invited in drawn)))
    persons.expectation = persons.expectation + peacetime["shift_from_annual"]
    return persons


def _strata(content: Content, completes: list[list[int]], *, fraction: float, prefix: str) -> list[Stratum]:
    cells = service_cells(content)
    return [
        Stratum(
            name=f"{prefix}{city}/{channel}",
            population=float(cells[i, j]) * fraction,
            completes=completes[i][j],
            mode_shares=assumptions.SERVICE_USER_MODES[channel],
        )
        for i, city in enumerate(cities(content))
        for j, channel in enumerate(CHANNELS)
    ]


def _added(*counts: dict[str, int]) -> dict[str, int]:
    return {mode: sum(part.get(mode, 0) for part in counts) for mode in ("cati", "web", "sms_link")}


def _stratified(
    content: Content,
    rng: np.random.Generator,
    completes: list[list[int]],
    *,
    fraction: float,
    prefix: str = "",
) -> tuple[dict[str, NDArray[np.generic]], dict[str, int]]:
    strata = _strata(content, completes, fraction=fraction, prefix=prefix)
    allocation: Allocation = allocate(content, strata)
    sizes = [stratum.completes for stratum in strata]
    place = [stratum.name.removeprefix(prefix).split("/") for stratum in strata]
    facts = {
        "stratum": spread([stratum.name for stratum in strata], sizes),
        "probability": spread(allocation.probability.tolist(), sizes),
        "mode": shuffled_modes(allocation, rng),
        "city": spread([city for city, _ in place], sizes),
        "service_channel": spread([channel for _, channel in place], sizes),
    }
    return facts, allocation.invited


def _top_up(
    content: Content, rng: np.random.Generator, unit: NDArray[np.str_], *, minimum: int
) -> tuple[dict[str, NDArray[np.generic]], NDArray[np.str_], dict[str, int]]:
    """Further transactions of the units the main sample met too seldom: a simple sample within each unit."""
    shares = transaction_shares(content)
    cells = service_cells(content)
    missing = {name: max(0, minimum - int((unit == name).sum())) for name in shares}
    short = {name: n for name, n in missing.items() if n}
    sizes = list(short.values())
    cell = rng.choice(cells.size, size=sum(sizes), p=cells.ravel() / cells.sum())
    city, channel = np.array(cities(content))[cell // len(CHANNELS)], np.array(CHANNELS)[cell % len(CHANNELS)]
    mode = np.full(len(cell), "web", dtype="U8")
    for name in CHANNELS:
        members = np.flatnonzero(channel == name)
        shares_of_modes = assumptions.SERVICE_USER_MODES[name]
        split = apportion(len(members), list(shares_of_modes.values()))
        mode[members] = rng.permutation(np.repeat(np.array(list(shares_of_modes)), split))
    allocation = allocate(
        content,
        [
            Stratum(
                name=name,
                population=shares[name] * float(cells.sum()),
                completes=n,
                mode_shares={m: float((mode == m).sum()) for m in ("cati", "web", "sms_link")},
            )
            for name, n in short.items()
        ],
    )
    return (
        {
            "stratum": spread([f"top_up/{name}" for name in short], sizes),
            "probability": spread(allocation.probability.tolist(), sizes),
            "mode": mode,
            "city": city,
            "service_channel": channel,
        },
        spread(list(short), sizes),
        allocation.invited,
    )


def _persons(
    rng: np.random.Generator,
    model: AnswerModel,
    group: str,
    facts: dict[str, NDArray[np.generic]],
    invited: dict[str, int],
) -> Persons:
    n = len(facts["mode"])
    trips = pick(rng, assumptions.TRIPS, n)
    trips[facts["service_channel"] != "window"] = ""
    facts["applicant_type"] = pick(rng, assumptions.APPLICANT_TYPES, n)
    return Persons(
        group=group,
        facts=facts,
        single={"A1": trips},
        multi={},
        options={},
        units=[],
        contact=np.zeros((n, 0), dtype=bool),
        expectation=model.base + lookup(model.city, facts["city"]) + lookup(model.mode, facts["mode"]),
        invited=invited,
    )

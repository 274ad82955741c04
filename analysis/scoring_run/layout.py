"""Home of what the run knows about the columns of a frozen dataset, per evaluator group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CitySource = Literal["county_code", "city_code", "city_id"]

#: Channels whose answers may enter a score. `open` and `site` are not here and nothing can add them.
SCORED_CHANNELS = frozenset({"sample", "assisted"})

SURVEY_GROUPS = ("residents", "enterprises", "individual_businesses", "service_users")
ROSTER_GROUPS = ("power_organs", "social_organisations", "experts")
GROUPS = (*SURVEY_GROUPS, *ROSTER_GROUPS)
PEACETIME = "service_users_peacetime"
OPEN = "open_participants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Columns of one group: where the respondent lives or operates, and the weighting factors."""

    group: str
    city_source: CitySource | None
    city_column: str | None
    factors: Mapping[str, str] = field(default_factory=dict)
    integrity: tuple[str, ...] = ()
    rates_units: bool = False


LAYOUTS: Mapping[str, Layout] = {
    "residents": Layout(
        group="residents",
        city_source="county_code",
        city_column="A4",
        factors={"urbanicity": "A5", "sex": "A2", "age": "A1"},
        integrity=("INT1", "INT2"),
        rates_units=True,
    ),
    "enterprises": Layout(
        group="enterprises",
        city_source="city_code",
        city_column="A1",
        factors={"size": "A3", "industry": "A2"},
        integrity=("INT1", "INT2"),
        rates_units=True,
    ),
    "individual_businesses": Layout(
        group="individual_businesses",
        city_source="city_code",
        city_column="A1",
        factors={"location": "A2", "trade": "A3"},
        integrity=("INT1", "INT2"),
        rates_units=True,
    ),
    "service_users": Layout(
        group="service_users",
        city_source="city_id",
        city_column="city",
        factors={"channel": "channel_of_service"},
        integrity=("INT1",),
    ),
    **{
        group: Layout(
            group=group,
            city_source=None,
            city_column=None,
            factors={"roster_stratum": "roster_stratum"},
            rates_units=True,
        )
        for group in ROSTER_GROUPS
    },
}
LAYOUTS_PEACETIME = Layout(
    group=PEACETIME,
    city_source="city_id",
    city_column="city",
    factors={"channel": "channel_of_service"},
)

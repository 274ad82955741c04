"""Home of the few numbers the simulation needs and the demo content does not fix.

Everything that moves an index comes from `simulation.yaml`.  What stands here only fills columns that no
index reads (education, ownership, number of trips) or describes how fieldwork goes about its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# How many people of a stratum are approached face to face for one interview.
CAPI_INVITED_PER_COMPLETE: Final = 3.0
# Share of the estimated eligible numbers of a telephone sample that are still unresolved at the end.
CATI_UNRESOLVED_SHARE_OF_ELIGIBLE: Final = 0.30
# How the known eligible non-interviews of a sample split (the rest is "not contacted").
NONINTERVIEW_SPLIT: Final[Mapping[str, float]] = {"P": 0.05, "R": 0.42, "O": 0.05}

# Service users answer where the service reached them; the shares are exact within a stratum.
SERVICE_USER_MODES: Final[Mapping[str, Mapping[str, float]]] = {
    "window": {"sms_link": 0.8, "cati": 0.2},
    "online": {"web": 0.9, "cati": 0.1},
    "mobile": {"sms_link": 0.5, "web": 0.4, "cati": 0.1},
    "kiosk": {"sms_link": 0.8, "cati": 0.2},
    "hotline": {"sms_link": 0.4, "cati": 0.6},
}
INTERVIEWER_MODES: Final = ("cati", "capi")

EDUCATION_BY_AGE: Final[Mapping[str, Mapping[str, float]]] = {
    "18-29": {"primary": 0.01, "junior": 0.16, "senior": 0.30, "college": 0.53},
    "30-39": {"primary": 0.03, "junior": 0.29, "senior": 0.27, "college": 0.41},
    "40-49": {"primary": 0.09, "junior": 0.42, "senior": 0.26, "college": 0.23},
    "50-59": {"primary": 0.22, "junior": 0.45, "senior": 0.21, "college": 0.12},
    "60+": {"primary": 0.47, "junior": 0.34, "senior": 0.14, "college": 0.05},
}
OWNERSHIP: Final[Mapping[str, float]] = {"state": 0.03, "private": 0.93, "foreign": 0.02, "other": 0.02}
TRIPS: Final[Mapping[str, float]] = {"0": 0.12, "1": 0.63, "2": 0.18, "3+": 0.07}
REASONS: Final[Mapping[str, float]] = {
    "docs": 0.30,
    "slow": 0.45,
    "trips": 0.20,
    "attitude": 0.15,
    "system": 0.20,
    "shuffle": 0.12,
    "result": 0.25,
    "other": 0.06,
}
WANTS_CONTACT: Final = 0.25
APPLICANT_TYPES: Final[Mapping[str, float]] = {
    "person": 0.78,
    "enterprise": 0.15,
    "individual_business": 0.07,
}
ENGLISH_SHARE_OF_WEB: Final = 0.01
# Two people of one household may answer on the same phone; an honest duplicate detector must live with it.
SHARED_DEVICE_SHARE: Final = 0.01

"""Home of the computation that SDG indicator 16.6.2 uses for satisfaction with a public service."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from analysis.score.reasons import ScoreError

OFFICIAL_POINTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SdgService:
    """One service: people in the base, average of the attributes' positive shares, share satisfied overall.

    ``is_official_scale`` is False for any scale but the official four points: the number is then
    "16.6.2-style" and may not be called the indicator.
    """

    base: int
    average_positive_share: float
    satisfied_share: float | None
    is_official_scale: bool


def sdg_service(
    attributes: Mapping[str, float],
    *,
    asked: int,
    left_out: int,
    scale_points: int,
    satisfied_share: float | None = None,
) -> SdgService:
    """Simple average of the attributes' positive shares; overall satisfaction is reported beside it.

    Parameters
    ----------
    attributes : positive share (0–1) of each attribute, don't know and the like out of its base.
    asked : users of the service in the last 12 months who were asked.
    left_out : those who did not know, found it not applicable, or refused.

    Raises
    ------
    ScoreError
        ``share_out_of_range``, ``nobody_answered``.

    References
    ----------
    UNDP Oslo Governance Centre (2023), metadata of SDG indicator 16.6.2.
    """
    shares = {**attributes} if satisfied_share is None else {**attributes, "overall": satisfied_share}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ScoreError("share_out_of_range", name=name, value=share)
    if not attributes or not 0 <= left_out < asked:
        raise ScoreError("nobody_answered")
    return SdgService(
        base=asked - left_out,
        average_positive_share=fsum(attributes.values()) / len(attributes),
        satisfied_share=satisfied_share,
        is_official_scale=scale_points == OFFICIAL_POINTS,
    )

"""Home of the plan file: what `minyi analyse` is asked to do, checked before any data are read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis._plan_file import check_document, read_document
from analysis._types import Interval, Lonely
from analysis.errors import PlanError
from analysis.weighting.margins import Category

SHARES_SUM = 1e-6  # shares under one parent may miss 1 by this much (thirds are written as .333333)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPlan:
    """Columns of the design; without a weight or probability everyone counts 1."""

    weight: str | None
    probability: str | None
    strata: str | None
    psu: str | None
    fpc: str | None
    nested: bool
    lonely: Lonely


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPlan:
    """One margin: columns, people per combination of labels, labels that mean unknown."""

    name: str
    columns: tuple[str, ...]
    targets: Mapping[Category, float]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightingPlan:
    """How the weights meet the margins; `largest_over_mean` None: no trimming."""

    method: str
    margins: tuple[MarginPlan, ...]
    tolerance: float
    max_iterations: int
    largest_over_mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """Which people: crossed by these columns, and only those whose labels are listed."""

    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The lowest and the highest answer, which become 0 and 100."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePlan:
    """One block of estimates of the same kind."""

    name: str
    kind: str
    items: tuple[str, ...]
    values: tuple[str, ...]
    scale: Scale | None
    interval: Interval
    numerator: str
    denominator: str
    probabilities: tuple[float, ...]
    domains: DomainPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPlan:
    """A set of items that should measure one thing."""

    name: str
    items: tuple[str, ...]
    coefficients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPlan:
    """One indicator of an index; the weights of its items sum to 1."""

    name: str
    weight: float
    items: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlan:
    """Weighted means of weighted means on a scale of 0 to 100."""

    name: str
    scale: Scale
    minimum_present: float
    indicators: tuple[IndicatorPlan, ...]
    domains: DomainPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisPlan:
    """A whole plan file; `digest` is the SHA-256 of its bytes."""

    file: str
    digest: str
    title: str
    missing: tuple[str, ...]
    level: float
    design: DesignPlan
    weighting: WeightingPlan | None
    estimates: tuple[EstimatePlan, ...]
    reliability: tuple[ReliabilityPlan, ...]
    indices: tuple[IndexPlan, ...]


def load_plan(path: Path) -> AnalysisPlan:
    """Read and check a plan file.

    Raises
    ------
    PlanError
        Naming the file, the path inside it and the reason.
    """
    document, content = read_document(path)
    check_document(document, file=path.name)
    _check_sense(document, file=path.name)
    weighting = document.get("weighting")
    return AnalysisPlan(
        file=path.name,
        digest=hashlib.sha256(content).hexdigest(),
        title=document.get("title", path.stem),
        missing=_texts(document.get("missing", ())),
        level=float(document.get("level", 0.95)),
        design=_design(document["design"]),
        weighting=None if weighting is None else _weighting(weighting, file=path.name),
        estimates=tuple(_estimate(part) for part in document.get("estimates", ())),
        reliability=tuple(_reliability(part) for part in document.get("reliability", ())),
        indices=tuple(_index(part) for part in document.get("indices", ())),
    )


Document = Mapping[str, Any]  # Any: a YAML document that the schema has checked


def _design(part: Document) -> DesignPlan:
    return DesignPlan(
        weight=part.get("weight"),
        probability=part.get("probability"),
        strata=part.get("strata"),
        psu=part.get("psu"),
        fpc=part.get("fpc"),
        nested=part.get("nested", True),
        lonely=Lonely(part.get("lonely", "refuse")),
    )


def _weighting(part: Document, *, file: str) -> WeightingPlan:
    margins = tuple(
        MarginPlan(
            name=margin["name"],
            columns=tuple(margin["columns"]),
            targets=_targets(margin, file=file, path=f"weighting.margins[{place}].targets"),
            unknown=_texts(margin.get("unknown", ())),
        )
        for place, margin in enumerate(part["margins"])
    )
    return WeightingPlan(
        method=part["method"],
        margins=margins,
        tolerance=float(part.get("tolerance", 1e-9)),
        max_iterations=part.get("max_iterations", 1000),
        largest_over_mean=part.get("largest_over_mean"),
    )


def _targets(margin: Document, *, file: str, path: str) -> dict[Category, float]:
    """Targets by combination of labels; the nesting must be as deep as there are columns."""
    found: dict[Category, float] = {}

    def walk(table: Document, above: Category) -> None:
        for label, value in table.items():
            here = (*above, text(label))
            if isinstance(value, Mapping) == (len(here) == len(margin["columns"])):
                raise PlanError(
                    "plan_invalid",
                    file=file,
                    path=".".join([path, *here]),
                    reason_zh=f"目标须按 {len(margin['columns'])} 列逐层嵌套",
                    reason_en=f"nest the targets once per column ({len(margin['columns'])} columns)",
                )
            if isinstance(value, Mapping):
                walk(value, here)
            else:
                found[here] = float(value)

    walk(margin["targets"], ())
    return found


def _domains(part: Document) -> DomainPlan:
    where = {column: _texts(labels) for column, labels in part.get("where", {}).items()}
    return DomainPlan(by=tuple(part.get("by", ())), where=where)


def _scale(part: Document) -> Scale:
    return Scale(low=float(part["low"]), high=float(part["high"]))


def _estimate(part: Document) -> EstimatePlan:
    return EstimatePlan(
        name=part.get("name", part["kind"]),
        kind=part["kind"],
        items=tuple(part.get("items", ())),
        values=_texts(part.get("values", ())),
        scale=_scale(part["scale"]) if "scale" in part else None,
        interval=Interval(part.get("interval", "logit" if part["kind"] == "share" else "t")),
        numerator=part.get("numerator", ""),
        denominator=part.get("denominator", ""),
        probabilities=tuple(float(p) for p in part.get("probabilities", ())),
        domains=_domains(part),
    )


def _reliability(part: Document) -> ReliabilityPlan:
    chosen = tuple(part.get("coefficients", ("alpha", "omega")))
    return ReliabilityPlan(name=part["name"], items=tuple(part["items"]), coefficients=chosen)


def _index(part: Document) -> IndexPlan:
    indicators = tuple(
        IndicatorPlan(name=one["name"], weight=float(one["weight"]), items=dict(one["items"]))
        for one in part["indicators"]
    )
    return IndexPlan(
        name=part["name"],
        scale=_scale(part["scale"]),
        minimum_present=float(part.get("minimum_present", 0.6)),
        indicators=indicators,
        domains=_domains(part),
    )


def text(label: object) -> str:
    """A label as the data spell it: 4 and 4.0 are "4"."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _texts(labels: Sequence[object]) -> tuple[str, ...]:
    return tuple(text(label) for label in labels)


def _check_sense(document: Document, *, file: str) -> None:
    """What a schema cannot say: scales that rise, shares that sum to 1, items that occur once."""

    def refuse(path: str, zh: str, en: str) -> None:
        raise PlanError("plan_invalid", file=file, path=path, reason_zh=zh, reason_en=en)

    weighting = document.get("weighting")
    if weighting and weighting["method"] == "poststratify" and len(weighting["margins"]) > 1:
        refuse("weighting.margins", "poststratify 只能有一个边际", "poststratify takes exactly one margin")
    scaled = [(f"estimates[{i}]", part) for i, part in enumerate(document.get("estimates", ()))]
    scaled += [(f"indices[{i}]", part) for i, part in enumerate(document.get("indices", ()))]
    for path, part in scaled:
        if "scale" in part and not part["scale"]["low"] < part["scale"]["high"]:
            refuse(f"{path}.scale", "low 须小于 high", "low must be below high")
    for place, index in enumerate(document.get("indices", ())):
        path, indicators = f"indices[{place}].indicators", index["indicators"]
        parents = [(path, [one["weight"] for one in indicators])]
        parents += [(f"{path}[{i}].items", list(one["items"].values())) for i, one in enumerate(indicators)]
        for at, shares in parents:
            if abs(sum(shares) - 1.0) > SHARES_SUM:
                refuse(
                    at, f"权重合计为 {sum(shares):g}，须为 1", f"the weights sum to {sum(shares):g}, not 1"
                )
        names = [one["name"] for one in indicators]
        items = [item for one in indicators for item in one["items"]]
        for many in (names, items):
            twice = sorted({one for one in many if many.count(one) > 1})
            if twice:
                refuse(path, f"“{twice[0]}”出现两次", f'"{twice[0]}" occurs twice')

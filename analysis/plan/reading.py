"""Home of reading a plan file into its typed parts."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis._plan_file import check_document, read_document
from analysis._types import Interval, Lonely
from analysis.errors import PlanError
from analysis.plan import document as parts
from analysis.plan.sense import check_sense
from analysis.weighting.margins import Category

Document = Mapping[str, Any]  # Any: a YAML document that the schema has checked


def load_plan(path: Path) -> parts.AnalysisPlan:
    """Read and check a plan file.

    Raises
    ------
    PlanError
        Naming the file, the path inside it and the reason.
    """
    document, content = read_document(path)
    check_document(document, file=path.name)
    check_sense(document, file=path.name)

    def each(section: str) -> Sequence[Document]:
        found: Sequence[Document] = document.get(section, ())
        return found

    return parts.AnalysisPlan(
        file=path.name,
        digest=hashlib.sha256(content).hexdigest(),
        title=document.get("title", path.stem),
        missing=_texts(document.get("missing", ())),
        level=float(document.get("level", 0.95)),
        design=_design(document["design"]),
        weighting=_weighting(document.get("weighting"), file=path.name),
        estimates=tuple(_estimate(part) for part in each("estimates")),
        tests=tuple(_test(part) for part in each("tests")),
        reliability=tuple(_reliability(part) for part in each("reliability")),
        factors=tuple(_factor(part) for part in each("factors")),
        models=tuple(_model(part) for part in each("models")),
        indices=tuple(_index(part) for part in each("indices")),
        small_areas=tuple(_small_area(part) for part in each("small_areas")),
        ranks=tuple(_rank(part) for part in each("ranks")),
        quality=tuple(_quality(part) for part in each("quality")),
        outputs=_outputs(document.get("outputs", {})),
    )


def _design(part: Document) -> parts.DesignPlan:
    made = part.get("replicates")
    return parts.DesignPlan(
        weight=part.get("weight"),
        probability=part.get("probability"),
        strata=part.get("strata"),
        psu=part.get("psu"),
        fpc=part.get("fpc"),
        nested=part.get("nested", True),
        lonely=Lonely(part.get("lonely", "refuse")),
        replicates=None if made is None else _replicates(made),
    )


def _replicates(part: Document) -> parts.ReplicatePlan:
    defaults = {"bootstrap": 500, "sdr": 80}
    from_estimate = part["kind"] in ("jk2", "sdr")
    return parts.ReplicatePlan(
        kind=part["kind"],
        replicates=part.get("replicates", defaults.get(part["kind"], 0)),
        seed=part.get("seed", 1),
        rho=float(part.get("rho", 0.5)),
        centre=part.get("centre", "estimate" if from_estimate else "replicates"),
        columns=tuple(part.get("columns", ())),
        method=part.get("method", "bootstrap"),
        scale=part.get("scale"),
    )


def _weighting(
    part: Any, *, file: str
) -> tuple[parts.StepPlan, ...]:  # Any: one step, a list of them, or none
    if part is None:
        return ()
    if isinstance(part, Mapping):
        return (_step(part, file=file, path="weighting"),)
    return tuple(_step(one, file=file, path=f"weighting[{place}]") for place, one in enumerate(part))


def _step(part: Document, *, file: str, path: str) -> parts.StepPlan:
    margins = tuple(
        parts.MarginPlan(
            name=margin["name"],
            columns=tuple(margin["columns"]),
            targets=_targets(margin, file=file, path=f"{path}.margins[{place}].targets"),
            unknown=_texts(margin.get("unknown", ())),
        )
        for place, margin in enumerate(part.get("margins", ()))
    )
    bounds = part.get("bounds")
    return parts.StepPlan(
        method=part["method"],
        margins=margins,
        totals={name: float(total) for name, total in part.get("totals", {}).items()},
        people=None if part.get("people") is None else float(part["people"]),
        distance=part.get("distance", "linear"),
        bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        tolerance=float(part.get("tolerance", 1e-9)),
        max_iterations=part.get("max_iterations", 1000),
        largest_over_mean=part.get("largest_over_mean"),
        upper=part.get("upper"),
        status=part.get("status", ""),
        codes={text(label): meaning for label, meaning in part.get("codes", {}).items()},
        by=tuple(part.get("by", ())),
        use=part.get("use", "inverse"),
        strata=part.get("strata", 5),
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


def _where(part: Document) -> dict[str, tuple[str, ...]]:
    return {column: _texts(labels) for column, labels in part.get("where", {}).items()}


def _domains(part: Document) -> parts.DomainPlan:
    return parts.DomainPlan(by=tuple(part.get("by", ())), where=_where(part))


def _scale(part: Document) -> parts.Scale | None:
    if "scale" not in part:
        return None
    return parts.Scale(low=float(part["scale"]["low"]), high=float(part["scale"]["high"]))


def _estimate(part: Document) -> parts.EstimatePlan:
    return parts.EstimatePlan(
        name=part.get("name", part["kind"]),
        kind=part["kind"],
        items=tuple(part.get("items", ())),
        values=_texts(part.get("values", ())),
        scale=_scale(part),
        interval=Interval(part.get("interval", "logit" if part["kind"] == "share" else "t")),
        numerator=part.get("numerator", ""),
        denominator=part.get("denominator", ""),
        probabilities=tuple(float(p) for p in part.get("probabilities", ())),
        domains=_domains(part),
        contrasts=tuple((text(first), text(second)) for first, second in part.get("contrasts", ())),
    )


def _test(part: Document) -> parts.TestPlan:
    return parts.TestPlan(
        name=part.get("name", part["kind"]),
        kind=part["kind"],
        items=tuple(part["items"]),
        by=part.get("by", ""),
        correction=part.get("correction", "rao-scott-2"),
        score=part.get("score", "wilcoxon"),
        null=float(part.get("against", 0.0)),
        adjust=part.get("adjust", "none"),
        where=_where(part),
    )


def _reliability(part: Document) -> parts.ReliabilityPlan:
    chosen = tuple(part.get("coefficients", ("alpha", "omega")))
    return parts.ReliabilityPlan(
        name=part["name"], items=tuple(part["items"]), coefficients=chosen, groups=part.get("groups", 3)
    )


def _factor(part: Document) -> parts.FactorPlan:
    return parts.FactorPlan(
        name=part["name"],
        items=tuple(part["items"]),
        factors=part["factors"],
        rotation=part.get("rotation", "oblimin"),
        extraction=part.get("extraction", "minres"),
    )


def _model(part: Document) -> parts.ModelPlan:
    return parts.ModelPlan(
        name=part["name"],
        factors={factor: tuple(items) for factor, items in part["factors"].items()},
        estimator=part.get("estimator", "ml"),
        group=part.get("group"),
        invariance=tuple(part.get("invariance", ())),
        weighted=part.get("weighted", True),
    )


def _index(part: Document) -> parts.IndexPlan:
    indicators = tuple(
        parts.IndicatorPlan(name=one["name"], weight=float(one["weight"]), items=dict(one["items"]))
        for one in part["indicators"]
    )
    scale = _scale(part)
    assert scale is not None
    return parts.IndexPlan(
        name=part["name"],
        scale=scale,
        minimum_present=float(part.get("minimum_present", 0.6)),
        indicators=indicators,
        domains=_domains(part),
    )


def _small_area(part: Document) -> parts.SmallAreaPlan:
    areas = {text(area): {k: float(v) for k, v in row.items()} for area, row in part["areas"].items()}
    return parts.SmallAreaPlan(
        name=part["name"],
        item=part["item"],
        area=part["area"],
        scale=_scale(part),
        covariates=tuple(part.get("covariates", ())),
        areas=areas,
        method=part.get("method", "reml"),
    )


def _rank(part: Document) -> parts.RankPlan:
    return parts.RankPlan(
        name=part["name"],
        item=part["item"],
        by=part["by"],
        scale=_scale(part),
        method=part.get("method", "bonferroni"),
        seed=part.get("seed", 1),
        draws=part.get("draws", 10_000),
        top=part.get("top", 0),
    )


def _quality(part: Document) -> parts.QualityPlan:
    return parts.QualityPlan(
        name=part["name"],
        items=tuple(part["items"]),
        seconds=part.get("seconds"),
        effect_on=tuple(part.get("effect_on", ())),
    )


def _outputs(part: Document) -> parts.OutputPlan:
    return parts.OutputPlan(data=tuple(part.get("data", ())), r_script=part.get("r_script", True))


def text(label: object) -> str:
    """A label as the data spell it: 4 and 4.0 are "4"."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _texts(labels: Sequence[object]) -> tuple[str, ...]:
    return tuple(text(label) for label in labels)

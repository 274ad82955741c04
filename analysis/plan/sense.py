"""Home of what a schema cannot say of a plan: scales that rise, shares that sum to 1, names that occur once."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.errors import PlanError

SHARES_SUM = 1e-6  # shares under one parent may miss 1 by this much (thirds are written as .333333)

Document = Mapping[str, Any]  # Any: a YAML document that the schema has checked
Complaint = tuple[str, str, str]  # path, reason in Chinese, reason in English


def check_sense(document: Document, *, file: str) -> None:
    """Refuse the first part that contradicts itself.

    Raises
    ------
    PlanError
        `plan_invalid`, with file, path and reason.
    """
    checks = (_weighting, _replicates, _scales, _indices, _small_areas, _models, _contrasts)
    for check in checks:
        for path, zh, en in check(document):
            raise PlanError("plan_invalid", file=file, path=path, reason_zh=zh, reason_en=en)


def _weighting(document: Document) -> Iterator[Complaint]:
    part = document.get("weighting", ())
    steps = [("weighting", part)] if isinstance(part, Mapping) else []
    steps = steps or [(f"weighting[{place}]", one) for place, one in enumerate(part)]
    for path, step in steps:
        if step["method"] == "poststratify" and len(step["margins"]) > 1:
            yield f"{path}.margins", "poststratify 只能有一个边际", "poststratify takes exactly one margin"
        if step["method"] == "calibrate" and step.get("distance") == "logit" and "bounds" not in step:
            yield f"{path}.bounds", "distance: logit 需要 bounds", "distance: logit needs bounds"
        if step["method"] == "trim" and ("upper" in step) == ("largest_over_mean" in step):
            yield path, "upper 与 largest_over_mean 须且只能给一个", "give either upper or largest_over_mean"


def _replicates(document: Document) -> Iterator[Complaint]:
    part = document["design"].get("replicates")
    if part is not None and (part["kind"] == "given") != ("columns" in part):
        yield "design.replicates", "kind: given 与 columns 须同时给出", "kind: given and columns go together"


def _scales(document: Document) -> Iterator[Complaint]:
    for section in ("estimates", "indices", "small_areas", "ranks"):
        for place, part in enumerate(document.get(section, ())):
            if "scale" in part and not part["scale"]["low"] < part["scale"]["high"]:
                yield f"{section}[{place}].scale", "low 须小于 high", "low must be below high"


def _indices(document: Document) -> Iterator[Complaint]:
    for place, index in enumerate(document.get("indices", ())):
        path, indicators = f"indices[{place}].indicators", index["indicators"]
        parents = [(path, [one["weight"] for one in indicators])]
        parents += [(f"{path}[{i}].items", list(one["items"].values())) for i, one in enumerate(indicators)]
        for at, shares in parents:
            if abs(sum(shares) - 1.0) > SHARES_SUM:
                total = sum(shares)
                yield at, f"权重合计为 {total:g}，须为 1", f"the weights sum to {total:g}, not 1"
        yield from _twice(path, [one["name"] for one in indicators])
        yield from _twice(path, [item for one in indicators for item in one["items"]])


def _models(document: Document) -> Iterator[Complaint]:
    for place, model in enumerate(document.get("models", ())):
        path = f"models[{place}]"
        yield from _twice(f"{path}.factors", [item for items in model["factors"].values() for item in items])
        if "invariance" in model and "group" not in model:
            yield f"{path}.group", "invariance 需要 group", "invariance needs a group"


def _small_areas(document: Document) -> Iterator[Complaint]:
    for place, part in enumerate(document.get("small_areas", ())):
        for area, row in part["areas"].items():
            for name in part.get("covariates", ()):
                if name not in row:
                    path = f"small_areas[{place}].areas.{area}"
                    yield path, f"缺少协变量“{name}”", f'covariate "{name}" is missing'


def _contrasts(document: Document) -> Iterator[Complaint]:
    for place, part in enumerate(document.get("estimates", ())):
        if "contrasts" in part and ("by" not in part or part["kind"] == "quantile"):
            path = f"estimates[{place}].contrasts"
            yield path, "差异需要 by，且不适用于分位数", "contrasts need by, and quantiles have none"


def _twice(path: str, names: list[str]) -> Iterator[Complaint]:
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield path, f"“{name}”出现两次", f'"{name}" occurs twice'

"""Home of `minyi analyse`: a plan file and a data file in, a folder of results out, no platform needed."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from analysis import _outputs
from analysis._planned import Row, Source, estimate_rows, index_rows, reliability_rows
from analysis.dataset import Table, read_table
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.plan import AnalysisPlan, WeightingPlan, load_plan
from analysis.weighting.base import base_weights
from analysis.weighting.margins import Margin, margin_from_labels
from analysis.weighting.rake import rake
from analysis.weighting.trim import rake_trimmed

RESULTS = "results.json"
ESTIMATE_COLUMNS = (
    "name",
    "kind",
    "item",
    "by",
    "domain",
    "probability",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "df",
    "n",
    "n_effective",
    "deff",
    "weight_sum",
    "method",
    "interval",
    "status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one analysis found: the results document, the files to write, and what the reader must know."""

    results: Row
    files: dict[str, bytes]
    warnings: tuple[AnalysisWarning, ...]

    def write(self, out: Path) -> dict[str, str]:
        """Write the folder, whole or not at all; SHA-256 by file name."""
        _outputs.write_folder(out, self.files)
        return {name: _outputs.digest(content) for name, content in self.files.items()}


def analyse(plan_path: Path, data_path: Path) -> Analysis:
    """Run a plan on a data file.

    Equal inputs give equal bytes: no clock, no path, no random number enters a file.

    Raises
    ------
    PlanError, DataError, DesignError, WeightingError, AnalysisError
        Naming the file and place, with a remedy; nothing has been written then.
    """
    plan = load_plan(plan_path)
    table = read_table(data_path)
    start = bind_design(plan, table)
    design = (
        start if plan.weighting is None else weigh(start, plan.weighting, table=table, missing=plan.missing)
    )
    source = Source(table=table, design=design, plan=plan)
    results: Row = {
        "schema": "minyi-analysis-results/1",
        "title": plan.title,
        "level": plan.level,
        "plan_sha256": plan.digest,
        "data_sha256": table.digest,
        "design": _design_row(design),
        "weighting": [step.to_document() for step in design.history],
        "estimates": estimate_rows(source),
        "reliability": reliability_rows(source),
        "indices": index_rows(source),
    }
    warnings = tuple(item for step in design.history for item in step.status)
    return Analysis(results=results, files=_files(results, plan=plan, table=table), warnings=warnings)


def bind_design(plan: AnalysisPlan, table: Table) -> BoundDesign:
    """The design before weighting, from the columns that the plan names."""
    wanted = plan.design
    if wanted.probability is not None:
        weights = base_weights(table.numbers(wanted.probability, required=True))
    elif wanted.weight is not None:
        weights = table.numbers(wanted.weight, required=True)
    else:
        weights = np.ones(table.n)
    return BoundDesign(
        weights=weights,
        strata=None if wanted.strata is None else table.labels(wanted.strata, required=True),
        psu=None if wanted.psu is None else table.labels(wanted.psu, required=True),
        fpc=None if wanted.fpc is None else table.numbers(wanted.fpc, required=True),
        lonely=wanted.lonely,
        nested=wanted.nested,
    )


def weigh(
    start: BoundDesign, wanted: WeightingPlan, *, table: Table, missing: Sequence[str] = ()
) -> BoundDesign:
    """The design whose weights meet the plan's margins."""
    margins: list[Margin] = [
        margin_from_labels(
            margin.name,
            [table.labels(column, missing=missing) for column in margin.columns],
            targets=margin.targets,
            unknown=margin.unknown,
        )
        for margin in wanted.margins
    ]
    if wanted.largest_over_mean is None:
        return rake(start, margins, tolerance=wanted.tolerance, max_iterations=wanted.max_iterations)
    return rake_trimmed(
        start,
        margins,
        largest_over_mean=wanted.largest_over_mean,
        tolerance=wanted.tolerance,
        max_iterations=wanted.max_iterations,
    )


def _design_row(design: BoundDesign) -> Row:
    return {
        "n": design.n,
        "strata": design.layout.n_strata,
        "psus": design.layout.n_psu,
        "df": design.df,
        "lonely": design.layout.lonely.value,
        "weight_sum": float(design.weights.sum()),
    }


def _files(results: Row, *, plan: AnalysisPlan, table: Table) -> dict[str, bytes]:
    rows = results["estimates"]
    assert isinstance(rows, list)
    files = {
        RESULTS: _outputs.canonical_json(results),
        "estimates.csv": _outputs.csv_bytes(rows, ESTIMATE_COLUMNS),
        "weighting.json": _outputs.canonical_json({"steps": results["weighting"]}),
    }
    manifest = {
        "schema": "minyi-analysis-manifest/1",
        "inputs": {
            "plan": {"file": plan.file, "sha256": plan.digest},
            "data": {"file": table.file, "sha256": table.digest, "rows": table.n},
        },
        "outputs": {name: _outputs.digest(content) for name, content in files.items()},
        "software": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("numpy", "scipy", "duckdb")},
        },
    }
    return {**files, _outputs.MANIFEST: _outputs.canonical_json(manifest)}

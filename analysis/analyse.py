"""Home of `minyi analyse`: a plan file and a data file in, a folder of results out, no platform needed."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from analysis import _outputs
from analysis._planned.answer_quality import quality_rows
from analysis._planned.estimates import estimate_rows
from analysis._planned.files import extra_files
from analysis._planned.hypotheses import test_rows
from analysis._planned.indices import index_rows
from analysis._planned.partitions import Large, large_results
from analysis._planned.ranks import rank_rows
from analysis._planned.reliability import reliability_rows
from analysis._planned.small_areas import small_area_rows
from analysis._planned.source import Row, Source
from analysis._planned.structure import factor_rows, model_rows
from analysis._planned.weighing import design_row, weighted_design
from analysis.dataset import file_digest, read_table
from analysis.errors import AnalysisWarning
from analysis.plan import load_plan
from analysis.scale.partitions import parquet_files, partitions
from analysis.workers import Workers, opened

RESULTS = "results.json"
SECTIONS: Mapping[str, Callable[[Source], list[Row]]] = {
    "estimates": estimate_rows,
    "tests": test_rows,
    "reliability": reliability_rows,
    "factors": factor_rows,
    "models": model_rows,
    "indices": index_rows,
    "small_areas": small_area_rows,
    "ranks": rank_rows,
    "quality": quality_rows,
}
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
    design = weighted_design(plan, table)
    source = Source(table=table, design=design, plan=plan)
    results: Row = {
        "schema": "minyi-analysis-results/1",
        "title": plan.title,
        "level": plan.level,
        "plan_sha256": plan.digest,
        "data_sha256": table.digest,
        "design": design_row(design),
        "weighting": [step.to_document() for step in design.history],
        **{section: make(source) for section, make in SECTIONS.items()},
    }
    warnings = tuple(item for step in design.history for item in step.status)
    return Analysis(results=results, files=_files(results, source=source), warnings=warnings)


def analyse_partitions(plan_path: Path, source: Path, *, workers: Workers = None) -> Analysis:
    """Run a plan on a folder of Parquet files (or one file), without ever holding their rows together.

    The numbers are those of `analyse` on the same rows, to all printed digits, whoever does the work.

    Parameters
    ----------
    workers : None for one core, a number of processes, or the address of a Dask cluster.

    Raises
    ------
    PlanError
        For a block of the plan that does not add up over partitions, by name.
    """
    plan = load_plan(plan_path)
    parts = partitions(source)
    with opened(workers) as crew:
        found = large_results(Large(plan=plan, parts=parts, workers=crew))
    results: Row = {
        "schema": "minyi-analysis-results/1",
        "title": plan.title,
        "level": plan.level,
        "plan_sha256": plan.digest,
        **found,
        **{section: [] for section in SECTIONS if section not in found},
    }
    rows = found["estimates"]
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
            "data": [{"file": path.name, "sha256": file_digest(path)} for path in parquet_files(source)],
        },
        "outputs": {name: _outputs.digest(content) for name, content in files.items()},
        "software": _software(),
    }
    files[_outputs.MANIFEST] = _outputs.canonical_json(manifest)
    return Analysis(results=results, files=files, warnings=())


def _software() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numpy", "scipy", "duckdb")},
    }


def _files(results: Row, *, source: Source) -> dict[str, bytes]:
    plan, table = source.plan, source.table
    rows = results["estimates"]
    assert isinstance(rows, list)
    files = {
        RESULTS: _outputs.canonical_json(results),
        "estimates.csv": _outputs.csv_bytes(rows, ESTIMATE_COLUMNS),
        "weighting.json": _outputs.canonical_json({"steps": results["weighting"]}),
        **extra_files(source, results),
    }
    manifest = {
        "schema": "minyi-analysis-manifest/1",
        "inputs": {
            "plan": {"file": plan.file, "sha256": plan.digest},
            "data": {"file": table.file, "sha256": table.digest, "rows": table.n},
        },
        "outputs": {name: _outputs.digest(content) for name, content in files.items()},
        "software": _software(),
    }
    return {**files, _outputs.MANIFEST: _outputs.canonical_json(manifest)}

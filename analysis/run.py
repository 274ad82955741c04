"""Home of the scoring run: from a frozen dataset and locked documents to result files, equal to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.gates.evaluate import evaluate
from analysis.gates.inputs import Reproduction
from analysis.gates.plan import Gates
from analysis.gates.results import GateResult
from analysis.scoring_run import documents, tables
from analysis.scoring_run.compute import Computed, compute
from analysis.scoring_run.evidence import reproduction
from analysis.scoring_run.fieldwork import FieldworkInputs
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import Reader
from analysis.scoring_run.rounding import canonical, digest

Document = Mapping[str, Any]
#: Gates are judged after a second run; what they say is no part of the result that both runs must share.
GATES_FILE = "gates.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoringRun:
    """A finished run.

    Attributes
    ----------
    results : the document of ``results.json``
    gates : all gates in the order of the plan
    files : contents of every result file but the gates, by name
    computed : unrounded values with arrays, for work in memory; never written
    """

    results: dict[str, Any]
    gates: tuple[GateResult, ...]
    files: Mapping[str, bytes]
    computed: Computed
    gate_plan: Gates

    @property
    def result_digest(self) -> str:
        """SHA-256 of the canonical map of file digests, without the gates."""
        return digest(canonical({name: digest(content) for name, content in self.files.items()}))

    @property
    def gates_bytes(self) -> bytes:
        """The content of ``gates.json``."""
        return canonical(documents.gates_document(self.gates))

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file that :meth:`write` writes."""
        found = {name: digest(content) for name, content in self.files.items()}
        return dict(sorted((found | {GATES_FILE: digest(self.gates_bytes)}).items()))

    def write(self, out_dir: Path) -> dict[str, str]:
        """Write all files into a folder and return their digests; equal inputs give equal bytes."""
        out_dir.mkdir(parents=True, exist_ok=True)
        for name, content in (*self.files.items(), (GATES_FILE, self.gates_bytes)):
            (out_dir / name).write_bytes(content)
        return self.digests()

    def with_second_run(
        self, result_digest: str, *, manifest_digest: str, second_manifest_digest: str | None = None
    ) -> ScoringRun:
        """The same run with gate G15 judged against the digest of a second run."""
        compared = Reproduction(
            first_manifest=manifest_digest,
            second_manifest=manifest_digest if second_manifest_digest is None else second_manifest_digest,
            first_result=self.result_digest,
            second_result=result_digest,
        )
        inputs = replace(self.computed.gate_inputs, reproduction=compared)
        return replace(self, gates=evaluate(self.gate_plan, inputs))


def run_scoring(
    plan: Document,
    framework: Document,
    province: Document,
    dataset_dir: Path,
    fieldwork: FieldworkInputs,
    *,
    seed: int,
) -> ScoringRun:
    """Score a frozen dataset.

    Parameters
    ----------
    plan : scoring plan (``satisfaction-demo/scoring/1``)
    framework : index framework with ``modules``, the item weights of the repeated parts
        (see :func:`with_item_weights`)
    province : areas, units and population margins
    dataset_dir : folder with ``responses/*.parquet`` and ``unit_ratings/*.parquet``
    fieldwork : facts beside the answers
    seed : recorded with the results; this run draws no random number

    Raises
    ------
    AnalysisError
        With a code and a message in both languages, when a document or the dataset cannot be used.
    """
    gate_plan = Gates.from_document(plan)
    found = compute(
        Reader(folder=dataset_dir),
        plan_document=plan,
        framework=framework,
        province=Province.from_document(province),
        fieldwork=fieldwork,
        seed=seed,
    )
    results = documents.results_document(found, fieldwork)
    files = {
        "results.json": canonical(results),
        "items.csv": tables.items_csv(results),
        "indicators.csv": tables.indicators_csv(results),
        "composites.csv": tables.composites_csv(results),
        "ranks.csv": tables.ranks_csv(results),
        "weighting.json": canonical(documents.weighting_documents(found)),
        "reliability.json": canonical(documents.reliability_document(found)),
        "cells.csv": tables.cells_csv(found, published=True),
        "cells_audit.csv": tables.cells_csv(found, published=False),
    }
    run = ScoringRun(
        results=results,
        gates=evaluate(gate_plan, found.gate_inputs),
        files=files,
        computed=found,
        gate_plan=gate_plan,
    )
    compared = reproduction(fieldwork, result_digest=run.result_digest)
    if compared is None:
        return run
    inputs = replace(found.gate_inputs, reproduction=compared)
    return replace(run, gates=evaluate(gate_plan, inputs))


def with_item_weights(framework: Document, instruments: Mapping[str, Document]) -> dict[str, Any]:
    """A framework with the item weights that the repeated parts carry in their instruments.

    Parameters
    ----------
    framework : framework document
    instruments : by code, the documents of ``unit_module`` and ``representatives``
    """
    modules = {
        "unit_module": _weights(instruments["unit_module"]["questions"]),
        "representatives": _weights(
            question
            for section in instruments["representatives"]["sections"]
            for question in section["questions"]
        ),
    }
    return {**framework, "modules": modules}


def _weights(questions: Any) -> dict[str, float]:  # Any: parsed YAML
    return {question["id"]: float(question["weight"]) for question in questions if "weight" in question}

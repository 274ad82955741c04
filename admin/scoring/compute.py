"""The heavy part of a run, in processes of its own: the web process never carries statistics.

A run is computed twice, side by side, from the same manifest; gate G15 compares the two results.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.gates.inputs import GateInputs
    from analysis.scoring_run.fieldwork import FieldworkInputs

Document = Mapping[str, Any]  # Any: a JSON document


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a run is computed from, and where its files go."""

    plan: Document
    framework: Document
    province: Document
    dataset_dir: Path
    dataset_files: Document
    """Rows and digest of every table, as the manifest of the dataset states them."""
    fieldwork: FieldworkInputs
    seed: int
    manifest_digest: str
    out_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run's files by digest, its result digest and its gates."""

    outputs: dict[str, str]
    result_digest: str
    gates: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Half:
    result_digest: str
    outputs: dict[str, str]
    gate_inputs: GateInputs


def compute(task: Task, *, processes: int = 2) -> Finished:
    """Compute ``task`` twice and judge its gates; its folder appears whole or not at all.

    Raises AnalysisError where the data cannot be scored, or are not those that were frozen.
    """
    task.out_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=task.out_dir.parent, prefix=".unfinished-") as folder:
        halves = [Path(folder) / "first", Path(folder) / "second"]
        with ProcessPoolExecutor(
            min(processes, 2), mp_context=get_context("spawn"), initializer=_one_thread
        ) as pool:
            scores = [pool.submit(_score, task, half) for half in halves]
            pool.submit(_refuse_changed, task.dataset_dir, task.dataset_files).result()
            first, second = (score.result() for score in scores)
            gates = pool.submit(_judge, task, halves[0], first, second.result_digest).result()
        shutil.rmtree(task.out_dir, ignore_errors=True)  # of a worker that died before it could say so
        halves[0].rename(task.out_dir)
    return Finished(outputs=first.outputs | gates[0], result_digest=first.result_digest, gates=gates[1])


def _one_thread() -> None:
    """Sums in linear algebra depend on the number of threads; the manifest promises one."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"


def _refuse_changed(folder: Path, files: Document) -> None:
    from analysis.scoring_run.content import refuse_changed

    refuse_changed(folder, files)


def _score(task: Task, out_dir: Path) -> _Half:
    from analysis.run import run_scoring

    run = run_scoring(
        task.plan, task.framework, task.province, task.dataset_dir, task.fieldwork, seed=task.seed
    )
    outputs = run.write(out_dir)
    return _Half(result_digest=run.result_digest, outputs=outputs, gate_inputs=run.computed.gate_inputs)


def _judge(
    task: Task, out_dir: Path, first: _Half, second_digest: str
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    from dataclasses import replace

    from analysis.gates.evaluate import evaluate
    from analysis.gates.inputs import Reproduction
    from analysis.gates.plan import Gates
    from analysis.run import GATES_FILE
    from analysis.scoring_run.documents import gates_document
    from analysis.scoring_run.rounding import canonical, digest

    compared = Reproduction(
        first_manifest=task.manifest_digest,
        second_manifest=task.manifest_digest,
        first_result=first.result_digest,
        second_result=second_digest,
    )
    results = evaluate(Gates.from_document(task.plan), replace(first.gate_inputs, reproduction=compared))
    content = canonical(gates_document(results))
    (out_dir / GATES_FILE).write_bytes(content)
    return {GATES_FILE: digest(content)}, json.loads(content)["gates"]

"""Home of the files beside the results: the data with their final weight, replicate factors, the R script."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis._planned.answer_quality import quality_columns
from analysis._planned.source import Source
from analysis._types import FloatArray
from analysis.dataset import Labels
from analysis.errors import DataError
from analysis.export import Codebook, Variable, spss_syntax, write_csv, write_dta, write_parquet, write_sav
from analysis.export.r_script import QUALITY, REPLICATES, Run, r_script, replicate_table, too_many

R_SCRIPT = "reproduce.R"
_WEIGHT = "final_weight"


def extra_files(source: Source, results: Mapping[str, object]) -> dict[str, bytes]:
    """What the plan's `outputs` ask for, by file name."""
    files: dict[str, bytes] = {}
    wanted = source.plan.outputs
    if wanted.data:
        files |= _data_files(source)
    if source.plan.quality:
        files[QUALITY] = _written(quality_columns(source), QUALITY)
    if wanted.r_script:
        run = Run(plan=source.plan, design=source.design, results=results)
        files[R_SCRIPT] = r_script(run).encode("utf-8")
        if source.design.replicates is not None and not too_many(source.design):
            files[REPLICATES] = _written(replicate_table(source.design), REPLICATES)
    return files


def _data_files(source: Source) -> dict[str, bytes]:
    columns = dict(_columns(source))
    weight = _WEIGHT
    while weight in columns:
        weight += "_"
    columns[weight] = source.design.weights
    codes = tuple(source.plan.missing)
    variables = tuple(
        Variable(name=name, missing=codes if values.dtype.kind == "f" and name != weight else ())
        for name, values in columns.items()
    )
    book = Codebook(title=source.plan.title, variables=variables, weight=weight)
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in source.plan.outputs.data:
            path = Path(folder) / f"data.{kind}"
            if kind in ("csv", "parquet"):
                (write_csv if kind == "csv" else write_parquet)(columns, path)
            else:
                (write_sav if kind == "sav" else write_dta)(columns, path, codebook=book)
            files[path.name] = path.read_bytes()
    if "sav" in source.plan.outputs.data:
        files["data.sps"] = spss_syntax(columns, codebook=book, file="data.sav").encode("utf-8")
    return files


def _columns(source: Source) -> Iterator[tuple[str, FloatArray | Labels]]:
    """Every column as numbers where all its cells are numbers or missing, as text otherwise; missing codes stay."""
    words = [text for text in source.plan.missing if not _is_number(text)]
    for column in source.table.columns:
        try:
            yield column, source.table.numbers(column, missing=words)
        except DataError:
            yield column, source.table.labels(column)


def _written(columns: Mapping[str, FloatArray], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_csv(columns, Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

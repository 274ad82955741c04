"""Home of the coverage report: how often the run's 95 % intervals hold the truth that the simulation planted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from analysis.run import ScoringRun

SURVEY_GROUPS: Final = ("residents", "enterprises", "individual_businesses", "service_users")
COMPOSITES: Final = "composites"
#: Seeds reported beside the demo's own: the first whole numbers, so that nobody need wonder why these.
FURTHER_SEEDS: Final = (1, 2, 3)
REQUIRED: Final = 0.90
DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One seed and group: city indices whose interval holds the truth, and the errors behind it.

    ``mean_z`` and ``sd_z`` are those of (estimate − truth) / standard error: about 0 and 1 for honest intervals.
    """

    seed: int
    group: str
    covered: int
    total: int
    mean_z: float
    sd_z: float


def coverage(seeds: Sequence[int], *, content_folder: Path = DATA) -> Iterator[Coverage]:
    """Simulate, run and compare for every seed; one row per group, and one for the cities' composites."""
    from admin.demo.simulate.dataset import write_dataset
    from admin.demo.simulate.facts import read_content
    from admin.demo.simulate.truth import truth
    from analysis.run import run_scoring, with_item_weights
    from analysis.scoring_run.fieldwork import FieldworkInputs

    content = read_content(content_folder)
    framework = with_item_weights(content["framework"], content["instruments"])
    for seed in seeds:
        with TemporaryDirectory() as name:
            write_dataset(content, seed, Path(name))
            run = run_scoring(
                content["scoring"],
                framework,
                content["province"],
                Path(name),
                FieldworkInputs(),
                seed=seed,
            )
        yield from compare(run, truth(content, seed), seed=seed)


def compare(run: ScoringRun, true: Mapping[str, Any], *, seed: int) -> Iterator[Coverage]:
    """Compare one run with the truth of its seed. Any: the truth is a nested document."""
    for group in SURVEY_GROUPS:
        estimates = run.results["groups"][group]["cities"]
        pairs = [(estimates[city]["index"], true["city_indices"][group][city]) for city in estimates]
        yield _row(
            seed,
            group,
            [(part["index"], part["se"], part["ci_low"], part["ci_high"], t) for part, t in pairs],
        )
    units = {unit["unit"]: unit for unit in run.results["units"]}
    yield _row(
        seed,
        COMPOSITES,
        [
            (
                units[code]["composite"],
                units[code]["se"],
                units[code]["ci_low"],
                units[code]["ci_high"],
                t["year"],
            )
            for code, t in true["composites"].items()
        ],
    )


def share_covered(rows: Sequence[Coverage]) -> float:
    """Share of city indices, over groups and seeds, whose interval holds the truth; composites apart."""
    indices = [row for row in rows if row.group != COMPOSITES]
    return sum(row.covered for row in indices) / sum(row.total for row in indices)


def report(rows: Sequence[Coverage]) -> str:
    """The figures as a page of Markdown."""
    seeds = list(dict.fromkeys(row.seed for row in rows))
    lines = [
        "# Coverage of the planted truth",
        "",
        "The simulation computes the truth behind its answers: the population mean of the item scores under the plan's",
        "mode mix, aggregated with the framework. For every seed the survey is simulated, the run estimates the index of",
        "14 cities by four groups, and we count the 95 % intervals that hold the truth. At least 90 % of them must.",
        "",
        "Made by `minyi demo coverage`; equal seeds give equal figures.",
        "",
        f"| group | {' | '.join(f'seed {seed}' for seed in seeds)} | together | mean z | SD of z |",
        f"|---|{'---|' * (len(seeds) + 3)}",
    ]
    lines += [
        _line(group, [row for row in rows if row.group == group]) for group in (*SURVEY_GROUPS, COMPOSITES)
    ]
    by_seed = [share_covered([row for row in rows if row.seed == seed]) for seed in seeds]
    lines += [
        f"| **all city indices** | {' | '.join(f'{value:.1%}' for value in by_seed)} | **{share_covered(rows):.1%}** | | |",
        "",
        "*z* is (estimate − truth) / standard error. A mean near 0 says that weighting removed the bias that the simulation",
        "puts into who answers; an SD near 1 says that the standard errors are of the right size. Among enterprises and",
        "individual businesses some items were asked of a handful of respondents per city (who had a contract with the",
        "government, say), where linearised variances are a little too small. Such items stay in the index: leaving them out",
        "in some cities only would make cities incomparable. The composites of the 14 city governments stand below the",
        "indices they are made of and are not counted in the last line. With 56 indices one seed can fall under 90 % by",
        "chance; the requirement is on all seeds together. More seeds: `--seed 1 --seed 2 …`.",
        "",
    ]
    return "\n".join(lines)


@click.command("coverage")
@click.option(
    "--seed",
    "seeds",
    type=int,
    multiple=True,
    help="Seeds to simulate; by default the demo's and three others.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file as well."
)
def coverage_command(seeds: tuple[int, ...], out: Path | None) -> None:
    """Report how often the intervals of city indices hold the truth that the simulation planted."""
    rows = list(coverage(seeds or (demo_seed(), *FURTHER_SEEDS)))
    text = report(rows)
    click.echo(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if share_covered(rows) < REQUIRED:
        raise click.ClickException(f"only {share_covered(rows):.1%} of the intervals hold the truth")


def demo_seed(content_folder: Path = DATA) -> int:
    """The seed that the demo content fixes."""
    import yaml

    return int(yaml.safe_load((content_folder / "simulation.yaml").read_text("utf-8"))["seed"])


def _row(seed: int, group: str, cells: Sequence[tuple[float, float, float, float, float]]) -> Coverage:
    z = [(value - true) / se for value, se, _, _, true in cells]
    mean = sum(z) / len(z)
    return Coverage(
        seed=seed,
        group=group,
        covered=sum(low <= true <= high for _, _, low, high, true in cells),
        total=len(cells),
        mean_z=mean,
        sd_z=(sum((value - mean) ** 2 for value in z) / max(len(z) - 1, 1)) ** 0.5,
    )


def _line(group: str, rows: Sequence[Coverage]) -> str:
    covered, total = sum(row.covered for row in rows), sum(row.total for row in rows)
    mean = sum(row.mean_z for row in rows) / len(rows)
    spread = (sum(row.sd_z**2 for row in rows) / len(rows)) ** 0.5
    figures = " | ".join(f"{row.covered}/{row.total}" for row in rows)
    return f"| {group} | {figures} | {covered / total:.1%} | {mean:+.2f} | {spread:.2f} |"

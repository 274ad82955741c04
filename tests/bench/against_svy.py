"""The tasks that svy can do, in a Python of its own: `python against_svy.py TASK N` prints seconds; no package of ours."""

import sys
import time

import numpy as np
import polars as pl  # type: ignore[import-not-found]  # lives beside svy, not here
import svy  # type: ignore[import-not-found]  # a peer to measure, never a dependency

task, n = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1)
columns: dict[str, np.ndarray] = {"w": rng.uniform(0.5, 1.5, n)}
if task == "rake":
    sizes = (12, 6, 2, 5, 2)
    for number, size in enumerate(sizes):
        columns[f"m{number}"] = rng.integers(0, size, n)
    sample = svy.Sample(pl.DataFrame(columns), svy.Design(wgt="w"))
    controls = {}
    for number, size in enumerate(sizes):
        shares = rng.uniform(0.9, 1.1, size)
        controls[f"m{number}"] = {
            label: float(people) for label, people in enumerate(shares / shares.sum() * n)
        }
    begin = time.perf_counter()
    sample.weighting.rake(controls=controls)
elif task == "domains":
    columns |= {"h": rng.integers(0, 50, n), "g": rng.integers(0, 100, n), "q": rng.integers(1, 6, n)}
    sample = svy.Sample(pl.DataFrame(columns), svy.Design(wgt="w", stratum="h"))
    begin = time.perf_counter()
    sample.estimation.mean("q", by="g")
    sys.stdout.write(
        f"{40 * (time.perf_counter() - begin)}\n"
    )  # one item is measured; forty take forty times as long
    sys.exit()
elif task == "rao-scott":
    psu = rng.integers(0, 2000, n)
    columns |= {"p": psu, "h": psu // 40, "r": rng.integers(0, 12, n), "q": rng.integers(1, 6, n)}
    sample = svy.Sample(pl.DataFrame(columns), svy.Design(wgt="w", stratum="h", psu="p"))
    begin = time.perf_counter()
    sample.categorical.tabulate("q", "r")
    sys.stdout.write(f"{40 * (time.perf_counter() - begin)}\n")
    sys.exit()
elif task == "bootstrap":
    psu = rng.integers(0, 2000, n)
    columns |= {"p": psu, "h": psu // 40, "q": rng.integers(1, 6, n)}
    sample = svy.Sample(pl.DataFrame(columns), svy.Design(wgt="w", stratum="h", psu="p"))
    begin = time.perf_counter()
    sample.weighting.create_bs_wgts(n_reps=500)
else:
    sys.exit(1)
sys.stdout.write(f"{time.perf_counter() - begin}\n")

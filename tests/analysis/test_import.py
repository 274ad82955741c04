"""`import analysis` stays light: what is heavy is imported when it is used, and by nobody before."""

import json
import subprocess
import sys

HEAVY = {
    "scipy.stats",
    "scipy.optimize",
    "pandas",
    "statsmodels",
    "duckdb",
    "matplotlib",
    "pyreadstat",
    "dask",
}


def test_importing_the_library_imports_nothing_heavy() -> None:
    """By what is imported and not by the clock: figures of a busy machine would decide nothing."""
    code = (
        "import importlib, json, pkgutil, sys\n"
        "import analysis\n"
        "for one in pkgutil.iter_modules(analysis.__path__):\n"
        "    if one.name not in ('__main__', 'cli', 'analyse', 'plan', '_planned', '_plan_file', '_outputs'):\n"
        "        importlib.import_module(f'analysis.{one.name}')\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert sorted(loaded & HEAVY) == []
    assert not {name for name in loaded if name.split(".")[0] in {"flask", "sqlalchemy", "survey", "admin"}}

"""The other runtimes: Node and the page of a browser, both with the module that phones load."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser

MODULE = Path(__file__).parents[4] / "survey/kit/static/kit/expression.js"
RUNNER = Path(__file__).with_name("runner.mjs")


def node() -> str:
    """The program ``node``. Without it: a loud skip on a person's machine, a failure under CI."""
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None:
        message = "no Node.js found; install it (Debian: apt-get install nodejs) to compare the two runtimes"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(f"SKIPPED LOUDLY: {message}")
    return found


def under_node(program: str, source: str, cases: list[list[Any]], folder: Path) -> list[str]:
    """What the module says to each case under Node."""
    module, asked, said = folder / "expression.mjs", folder / "asked.json", folder / "said.json"
    module.write_text(source)
    asked.write_text(json.dumps(cases))
    command = [program, str(RUNNER), module.as_uri(), str(asked), str(said)]
    subprocess.run(command, check=True, timeout=120)
    return cast("list[str]", json.loads(said.read_text()))


def in_browser(browser: Browser, source: str, cases: list[list[Any]]) -> list[str]:
    """What the module says to each case inside a page."""
    page = browser.new_page()
    try:
        return cast(
            "list[str]",
            page.evaluate(
                """async ([source, runner, cases]) => {
                    const load = (text) => import("data:text/javascript;base64," + text);
                    const { answers } = await load(runner);
                    return answers(await load(source), JSON.parse(cases));
                }""",
                [_base64(source), _base64(RUNNER.read_text()), json.dumps(cases)],
            ),
        )
    finally:
        page.close()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

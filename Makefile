# Two commands matter: `make demo` and `make test`. Everything they need, they install under .venv and .uv.
PY ?= python3
UV := .uv/bin/uv
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_PYTHON_DOWNLOADS := never
export PIP_ROOT_USER_ACTION := ignore
SYNC := $(UV) sync --quiet --frozen --inexact --no-install-project --no-default-groups
# One thread for linear algebra: results are the same on every machine, and two workers do not fight.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
PORT ?= 8000
SEED ?= 20260901
TEST_WORKERS ?= 2

.PHONY: demo test bench faults planted coverage screenshots format check types contracts tests translations lock clean help

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/.run translations ## load the demo province, run the whole chain, serve it (PLANTED=1 plants the problems)
	SURVEY_DATA_DIR=$${SURVEY_DATA_DIR:-.minyi$(if $(PLANTED),/planted)} SURVEY_LOG_LEVEL=$${SURVEY_LOG_LEVEL:-WARNING} \
	  $(BIN)/minyi demo run --port $(PORT) --seed $(SEED) $(if $(PLANTED),--planted)

test: .venv/.test translations chromium ## everything that must pass
	$(MAKE) --no-print-directory check types contracts tests

check: .venv/.test ## format and lint, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: .venv/.test ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: .venv/.test ## mypy, strict
	$(BIN)/mypy

contracts: .venv/.test ## the directions of imports
	$(BIN)/lint-imports

tests: .venv/.test translations ## pytest only
	$(BIN)/pytest -n $(TEST_WORKERS) --dist loadgroup

bench: .venv/.test translations ## measure: interviews over HTTP, freeze, rake, estimate; writes docs/performance.md
	$(BIN)/python -m tests.bench

faults: .venv/.test ## kill workers and the server under load, race for tokens and quotas; writes docs/faults.md
	$(BIN)/python -m tests.faults

planted: .venv/.test translations ## the whole demo with planted problems: the hand-over must be refused
	$(BIN)/pytest tests/journeys/planted_demo.py

coverage: .venv/.run ## how often the intervals cover the planted truth, on four seeds; writes docs/coverage.md
	$(BIN)/minyi demo coverage

screenshots: .venv/.test translations chromium ## the pictures of the README, from a running demo
	$(BIN)/python -m tests.screenshots

translations: .venv/.run ## compile the Chinese texts of the pages
	@$(BIN)/python -m survey.kit.translations compile

lock: .uv/.ready ## resolve the dependencies anew
	$(UV) lock --upgrade

clean: ## forget the environment and the demo
	rm -rf .venv .uv .minyi

# --- environment ---------------------------------------------------------------------------------------

# uv comes from the package index into a folder of its own: that works without python3-venv and without root.
.uv/.ready:
	@$(PY) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Minyi needs Python 3.11 or newer; this is $$($(PY) --version). Name another with: make PY=python3.12"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo "pip is missing. On Debian: apt install python3-pip"; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --target .uv 'uv==0.13.8'
	@touch $@

.venv/bin/python: .uv/.ready
	$(UV) venv --quiet --allow-existing --python "$$($(PY) -c 'import sys; print(sys.executable)')" .venv
	@touch -c $@

.venv/.run: .venv/bin/python uv.lock
	$(SYNC)
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/.venv/bin/python" -m wsgi "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(BIN)/minyi && chmod +x $(BIN)/minyi
	@touch $@

.venv/.test: .venv/.run
	$(SYNC) --group test --group lint --extra postgres --extra server --extra pdf
	@touch $@

# The browser comes from the system. Where it is missing and this may install it, it does; where it may not, the
# journeys say so (and fail under CI).
.PHONY: chromium
chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser journeys"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null || true; \
	else echo "*** No Chromium: the browser journeys will be skipped. On Debian: apt install chromium fonts-noto-cjk ***"; fi

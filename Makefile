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

.PHONY: demo test bench faults journeys lighthouse planted coverage simulations vectors screenshots format check types contracts tests translations lock clean help

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/.run translations ## load the demo province, run the whole chain, serve it (PLANTED=1 plants the problems)
	SURVEY_DATA_DIR=$${SURVEY_DATA_DIR:-.minyi$(if $(PLANTED),/planted)} SURVEY_LOG_LEVEL=$${SURVEY_LOG_LEVEL:-WARNING} \
	  $(BIN)/minyi demo run --port $(PORT) --seed $(SEED) $(if $(PLANTED),--planted)

test: .venv/.test translations system ## everything that must pass
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
	$(BIN)/pytest -n $(TEST_WORKERS) --dist load

bench: .venv/.test translations ## measure: interviews over HTTP, freeze, rake, estimate, six tasks against R; writes docs/performance.md and docs/speed-of-statistics.md
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.against_r

faults: .venv/.test translations system ## break installations in every way of the list (SCALE=0.1, ONLY=R07,R14, ON=sqlite, AS_BUILT=1); writes docs/faults.md
	SCALE=$(SCALE) ONLY=$(ONLY) ON=$(ON) AS_BUILT=$(AS_BUILT) $(BIN)/python -m tests.faults

planted: .venv/.test translations ## the whole demo with planted problems: the hand-over must be refused
	$(BIN)/pytest tests/journeys/planted_demo.py

journeys: .venv/.test translations system ## every browser test at each width and in each language, slower than `make test` has time for
	TEST_ALL_WAYS=1 $(BIN)/pytest -n $(TEST_WORKERS) --dist load -m browser tests

lighthouse: .venv/.test translations system ## Lighthouse on every page of an interview, and slow 3G; needs npm, writes docs/lighthouse.md
	@command -v npm >/dev/null || { echo "npm is missing. On Debian: apt install npm"; exit 1; }
	$(BIN)/python -m tests.lighthouse

coverage: .venv/.run ## how often the intervals cover the planted truth, on four seeds; writes docs/coverage.md
	$(BIN)/minyi demo coverage

simulations: .venv/.test ## coverage of the library's intervals over 1,000 draws (DRAWS=); writes docs/simulations.md
	$(BIN)/python -m tests.coverage $(DRAWS)

vectors: .venv/.test system ## 100,000 hostile expressions and more vectors for both runtimes than `make test` has time for
	$(BIN)/python -m tests.survey.instrument.expression.prove

screenshots: .venv/.test translations system ## the pictures of the README, from a running demo
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
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/.venv/bin/python" -P -m wsgi "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(BIN)/minyi && chmod +x $(BIN)/minyi
	@touch $@

.venv/.test: .venv/.run
	$(SYNC) --group test --group lint --extra postgres --extra server --extra redis --extra pdf --extra statfiles --extra plots --extra dask
	@touch $@

# Five things come from the system: the browser that walks the pages, Node that runs the second half of the expression
# vectors, a Redis that limits are counted in and that is killed on purpose, Pango that sets questionnaires on paper, and
# PSPP that reads our SPSS files. R is not asked for: where Rscript is there, scripts of `minyi analyse` are run with it.
# What is missing and may be installed here, is; where it may not, the tests that need it say so (and fail under CI).
.PHONY: system
system: .venv/.test
	@wanted=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || wanted="$$wanted chromium"; \
	command -v node >/dev/null || wanted="$$wanted nodejs"; \
	command -v redis-server >/dev/null || wanted="$$wanted redis-server"; \
	$(BIN)/python -c 'import weasyprint' >/dev/null 2>&1 || wanted="$$wanted libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"; \
	command -v pspp >/dev/null || wanted="$$wanted pspp"; \
	fc-list 2>/dev/null | grep -qi "cjk" || wanted="$$wanted fontconfig fonts-noto-cjk"; \
	if [ -z "$$wanted" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing from the system's packages:$$wanted"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$wanted >/dev/null || true; \
	else echo "*** Missing, so that some tests will be skipped:$$wanted. On Debian: apt install$$wanted ***"; fi

PYTHON ?= python3
TORCH_INDEX ?=
PYTEST_ARGS ?=
WORKERS ?= 3

BIN := .venv/bin
READY := .venv/.installed
TORCH := torch==2.13.0
SITE := $(BIN)/sphinx-build --quiet --fresh-env --write-all --fail-on-warning \
    --doctree-dir build/doctrees docs build/site
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Containers set it; then every process that a test starts would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo demo-reset test check docs bench pictures personas reference sheets texts format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PYTHON=python3.12     the Python to build .venv with (3.11 or newer)"
	@echo "  TORCH_INDEX=ADDRESS   where PyTorch's wheel comes from: the address of PyTorch's own CPU"
	@echo "                        index spares Linux machines gigabytes of GPU libraries"
	@echo "  PYTEST_ARGS='-k kind' passed on by test and bench"
	@echo "  WORKERS=3             processes that share the tests; 0 runs them in one"

install: $(READY) ## create .venv here with everything that demo, test and check need
	@:

# Runs again only when a requirement changed or an earlier run was cut short.
$(READY): pyproject.toml constraints.txt
	@$(BIN)/python -c 'import pip' 2>/dev/null || { \
	    $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	        echo "This needs Python 3.11 or newer, and '$(PYTHON)' is not one."; \
	        echo "Name another, for example: make $(or $(MAKECMDGOALS),install) PYTHON=python3.12"; \
	        exit 1; }; \
	    $(PYTHON) -m venv --clear .venv || { \
	        echo "Python could not create .venv; on Debian and Ubuntu: apt install python3-venv"; \
	        exit 1; }; \
	}
	@echo "Installing PyTorch into .venv (the largest piece; once) ..."
	@$(PIP) install --no-deps $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$(TORCH)"
	@echo "Installing everything else ..."
	@$(PIP) install --constraint constraints.txt --editable ".[docs,fast,test]"
	@touch $@
	@echo "Installed."

demo: $(READY) ## fill the demo world, start API and dashboard, say where to click
	@$(BIN)/recommender demo

demo-reset: $(READY) ## the same from the beginning: what was done in the demo is thrown away
	@$(BIN)/recommender demo --reset

test: $(READY) ## run all tests with coverage, WORKERS at a time; no Chromium: browser tests are skipped
	@$(BIN)/python -m pytest --cov --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

check: $(READY) ## lint, format, types, floors, container files, links of the pages; changes no source
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/hadolint docs/container/Dockerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docs/container/compose.yaml
	@$(SITE)

docs: $(READY) ## build the pages as a site that needs no network; open build/site/index.html
	@$(SITE)

bench: $(READY) ## run the measurements in tests/bench and print their tables
	@$(BIN)/python -m pytest tests/bench --override-ini python_files='bench_*.py' --capture no $(PYTEST_ARGS)

pictures: $(READY) ## draw docs/pictures anew from the demo; needs Chromium
	@$(BIN)/python -m tests.e2e.pictures

personas: $(READY) ## measure each persona's main task for docs/personas.md; needs Chromium
	@$(BIN)/python -m tests.e2e.personas

reference: $(READY) ## write anew what docs/ takes from the source: settings, routes, commands
	@$(BIN)/python -m tests.reference

sheets: $(READY) ## draw docs/pictures/sheets anew: every page in light, dark, narrow; needs Chromium
	@$(BIN)/python -m tests.e2e.sheets

texts: $(READY) ## collect the dashboard's texts into dashboard/locale/messages.pot, for translators
	@mkdir -p dashboard/locale
	@$(BIN)/pybabel --quiet extract --no-default-keywords --keywords t --keywords tn:1,2 \
	    --keywords md --keywords mark --no-location --sort-output \
	    --project policy-feedback-recommender --output-file dashboard/locale/messages.pot dashboard

format: $(READY) ## repair what can be repaired: formatting, order of imports
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format --quiet

clean: ## remove what tools left behind; .venv and all data stay
	@rm -rf build dist htmlcov test-results .coverage .coverage.* \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find api dashboard recommender tests -name __pycache__ -type d -prune -exec rm -rf {} +

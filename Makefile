# `make` sets up, builds the release and shows the first answers; `make test` sets up and passes the tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: release serve web site test lint types clean

release: $(VENV)/ready
	$(BIN)/policygraph build --out release

serve: release
	$(BIN)/policygraph serve release

# The editor, and SPARQL in the browser: needs Node 20 or newer. Everything else works without it.
web:
	cd web && npm ci && npm run build && npm test

site: release
	$(BIN)/policygraph site release --out site

test: $(VENV)/ready-for-tests
	$(BIN)/python -m pytest -n auto -m "not slow and not stores and not browser"

lint: $(VENV)/ready-for-tests
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

types: $(VENV)/ready-for-tests
	$(BIN)/mypy

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/ready-for-tests: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,dev]"
	touch $@

clean:
	rm -rf $(VENV) release site build dist

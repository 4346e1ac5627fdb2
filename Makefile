# `make` sets up, builds the release and shows the first answers; `make test` sets up and passes the tests.
# Both install what requirements/*.txt lock, by hash; `make lock` remakes these files (docs/releasing.md).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/tools

.PHONY: release serve web site test mutants lint types lock audit clean

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
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow and not stores and not browser"

# Small faults, and whether a test notices: make mutants ROOM=graph [SEED=1] [DRAW=300] [REFUSING=1] (docs/testing.md).
SEED ?= 1
DRAW ?= 300
mutants: $(VENV)/ready-for-ci
	$(BIN)/python tests/mutants $(ROOM) --seed $(SEED) --draw $(DRAW) $(if $(REFUSING),--refusing)

lint: $(VENV)/ready-for-tests
	$(BIN)/ruff check src tests benchmarks .ci hatch_build.py
	$(BIN)/ruff format --check src tests benchmarks .ci hatch_build.py
	$(BIN)/lint-imports --no-cache --no-logo

types: $(VENV)/ready-for-tests
	$(BIN)/mypy

# Each set of packages with everything that it draws in, one version and its hashes each, for Python 3.11 and newer.
# What is locked stays as it is while it still fits; `make lock UPGRADE=--upgrade` takes the newest of everything.
LOCK = $(TOOLS)/bin/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
EXTRAS = pyproject.toml requirements/build.in --constraints requirements/ci.txt

lock: $(TOOLS)/ready
	$(LOCK) --no-build pyproject.toml requirements/build.in --extra ci --output-file requirements/ci.txt
	$(LOCK) --no-build $(EXTRAS) --extra test --extra dev --output-file requirements/test.txt
	$(LOCK) --no-build $(EXTRAS) --extra all --output-file requirements/run.txt
	$(LOCK) --no-build $(EXTRAS) --output-file requirements/core.txt
	$(LOCK) --no-build requirements/tools.in --output-file requirements/tools.txt
	$(LOCK) --no-build requirements/mappings-build.in --output-file requirements/mappings-build.txt
	$(LOCK) requirements/mappings.in --output-file requirements/mappings.txt

# Asks the service of advisories about every locked package; fails also where one could not be looked up.
audit: $(TOOLS)/ready
	$(TOOLS)/bin/python .ci/audit.py requirements/*.txt

PIP = -m pip install --quiet --disable-pip-version-check
LOCKED = $(PIP) --require-hashes --only-binary :all: --requirement
LOCKED_SOURCES = $(PIP) --require-hashes --no-build-isolation --requirement
EDITABLE = $(PIP) --no-deps --no-build-isolation --editable .

$(VENV)/ready: pyproject.toml requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "policygraph needs Python 3.11 or newer: make PYTHON=python3.12, for example." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements/run.txt
	$(BIN)/python $(EDITABLE)
	touch $@

$(VENV)/ready-for-tests: $(VENV)/ready requirements/test.txt
	$(BIN)/python $(LOCKED) requirements/test.txt
	touch $@

$(VENV)/ready-for-ci: $(VENV)/ready-for-tests requirements/ci.txt
	$(BIN)/python $(LOCKED) requirements/ci.txt
	touch $@

$(TOOLS)/ready: requirements/tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python $(LOCKED) requirements/tools.txt
	touch $@

$(VENV)/sssom/ready: requirements/mappings-build.txt requirements/mappings.txt
	$(PYTHON) -m venv $(VENV)/sssom
	$(VENV)/sssom/bin/python $(LOCKED) requirements/mappings-build.txt
	$(VENV)/sssom/bin/python $(LOCKED_SOURCES) requirements/mappings.txt
	touch $@

clean:
	rm -rf $(VENV) release site build dist

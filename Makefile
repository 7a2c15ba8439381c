# Everything below sets up .venv by itself: a Python 3.11–3.13 with venv and pip is all it needs.
SHELL := /bin/sh
PYTHON ?=
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= ../shared/data
LOCKED := --universal --python-version 3.11 --generate-hashes --no-header --quiet

.PHONY: demo demo-ble run test test-all soak lint types contracts catalogue bench screenshots lock clean

demo: $(READY)          ## open the station on recorded signals
	$(BIN)/teststation demo

demo-ble: $(READY)      ## the same with a virtual sensor, found and heard through the real Bluetooth library
	$(BIN)/teststation demo --ble

run: $(READY)           ## open the station
	$(BIN)/teststation

test: $(READY)          ## the tests
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto -m "not soak"  # many tests start the program anew

test-all:               ## the tests on every supported Python
	for version in 3.11 3.12 3.13; do $(MAKE) test VENV=.venv-$$version PYTHON=python$$version || exit 1; done

soak: $(READY)          ## the long runs
	$(BIN)/python -m pytest -m soak

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)     ## who may import whom
	$(BIN)/lint-imports

catalogue: $(READY)     ## gather the Dutch texts, merge them into the English catalogue, compile it
	$(BIN)/python -m teststation.i18n.catalogue

bench: $(READY)         ## accuracy and speed, as tables, as results and as the validation report; ALL=--all takes long
	$(BIN)/python -m benchmarks --data $(DATA) $(ALL)
	$(BIN)/python -m benchmarks.report

screenshots: $(READY)   ## the pictures of the README and the guides, and their pages of keys
	$(BIN)/python -m benchmarks.screenshots
	$(BIN)/python -m benchmarks.key_pages

lock:                   ## choose versions anew, within what pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml $(LOCKED) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra simulate --group dev $(LOCKED) -o requirements-dev.lock

clean:
	rm -rf .venv .venv-3.11 .venv-3.12 .venv-3.13 .mypy_cache .ruff_cache .pytest_cache

$(READY): requirements-dev.lock pyproject.toml
	@sh .ci/venv "$(VENV)" "$(PYTHON)"

# make demo | test | bench | golden | docs: each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test lint types bench golden docs clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

setup: $(READY) ## make the virtual environment

demo: $(READY) ## register the samples, look up a reused and a new design
	@$(BIN)/python samples/demo.py

test: lint types ## lint, types, tests and doctests
	$(BIN)/python -m pytest -n auto

lint: $(READY) ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict on src
	$(BIN)/mypy

bench: $(READY) ## measure cost and quality, race and kill registering processes
	$(BIN)/python benchmarks/all.py

golden: $(READY) ## regenerate tests/golden; the diff is the review
	$(BIN)/python tests/golden/regenerate.py

docs: $(READY) ## regenerate docs/cli.md and docs/result.jpg
	$(BIN)/python -m motif.cli.docs > docs/cli.md.new && mv docs/cli.md.new docs/cli.md
	$(BIN)/python samples/demo.py --picture docs/result.jpg

clean: ## remove what was made
	rm -rf $(VENV) demo build dist

# make demo | quick | test | bench | golden | docs: each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Keep compiled modules, whatever the environment says: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo quick test axe lint types bench golden docs messages clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

setup: $(READY) ## make the virtual environment

demo: $(READY) ## register the samples, look up a reused and a new design
	@$(BIN)/python samples/demo.py

quick: lint types ## lint, types, and the tests that take no seconds each
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test: lint types axe ## lint, types, tests and doctests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal

axe: $(READY) ## fetch axe-core, for the tests of pages
	$(BIN)/python tests/web/axe.py

lint: $(READY) ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict on src
	$(BIN)/mypy

bench: $(READY) ## measure cost and quality, race and kill registering processes
	$(BIN)/python benchmarks/all.py

golden: $(READY) ## regenerate tests/golden; the diff is the review
	$(BIN)/python tests/golden/regenerate.py

docs: $(READY) ## regenerate docs/cli.md and the pictures of docs
	$(BIN)/python -m motif.cli.docs > docs/cli.md.new && mv docs/cli.md.new docs/cli.md
	$(BIN)/python samples/demo.py --picture docs/result.jpg
	$(BIN)/python samples/demo.py --pages docs
	$(BIN)/python samples/demo_cloths.py
	$(BIN)/python -m tests.web.pictures docs

CATALOGUE := src/motif/messages/locale/id/LC_MESSAGES/motif

messages: $(READY) ## collect the sentences for users, and compile their translations
	$(BIN)/python -m motif.cli.docs --sentences > $(CATALOGUE)-help.py
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k NN_:1,2 --omit-header --sort-output --no-location -o $(CATALOGUE).pot src/motif
	$(BIN)/pybabel -q update -N --ignore-obsolete --omit-header --no-wrap -l id -i $(CATALOGUE).pot -o $(CATALOGUE).po
	printf '%s\n' 'msgid ""' 'msgstr ""' '"Content-Type: text/plain; charset=utf-8\n"' '"Language: id\n"' '"POT-Creation-Date: 2026-01-01 00:00+0000\n"' '"Plural-Forms: nplurals=1; plural=0;\n"' '' \
	  | cat - $(CATALOGUE).po > $(CATALOGUE).new && mv $(CATALOGUE).new $(CATALOGUE).po
	$(BIN)/pybabel -q compile -l id -i $(CATALOGUE).po -o $(CATALOGUE).mo
	rm $(CATALOGUE).pot $(CATALOGUE)-help.py

clean: ## remove what was made
	rm -rf $(VENV) demo build dist

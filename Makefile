# neovim-ai: needs git, make and Python 3.11 or newer; everything else lands in .venv.

BASE_PYTHON ?= python3
PYTHON := .venv/bin/python
LUA := lua plugin examples tests bench
# A run of the tests starts some hundred Pythons; without bytecode each compiles all it imports.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup try test torture test-model lint format help-options pictures bench bench-full corpus clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make or update .venv: the package, its development tools, Neovim if PATH has none
	@$(BASE_PYTHON) -I python/neovim_ai/install.py --venv .venv --extras local,sandbox,notes,dev --nvim

try: setup ## document a function of examples/ with the local model (pulls it once: 1.1 GB)
	@$(PYTHON) -I examples/try.py

test: setup ## the whole suite: no network, no key, no model
	@$(PYTHON) -m pytest -m "not model" -n 2 --dist loadfile --no-loadscope-reorder

torture: setup ## every fault at every moment, thousands of edits, a thousand requests, 200 kills
	@NEOVIM_AI_TORTURE=1 $(PYTHON) -m pytest tests/faults tests/editor/test_secrets.py \
	tests/unit/redaction tests/unit/sandbox tests/unit/llm
	@$(PYTHON) -m bench.recovery
	@$(PYTHON) -m bench.cancelling

test-model: setup ## the tests with real weights, of a model for trials (98 MB, fetched once)
	@.venv/bin/neovim-ai model pull smollm2-135m
	@$(PYTHON) -m pytest -m model

lint: setup ## ruff, mypy, luacheck, our own check, help tags, house rules
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/neovim-ai check python rplugin bench tests
	@if command -v luacheck >/dev/null; then luacheck --quiet $(LUA); \
	else echo "luacheck is not on PATH: the Lua files are not linted (Debian: apt install lua-check)"; fi
	@$(PYTHON) -m pytest tests/unit/test_house_rules.py tests/unit/test_help.py

format: setup ## format the Python files
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

help-options: setup ## write the options part of :help anew from the option schema
	@$(PYTHON) tests/unit/test_help.py

pictures: setup ## make the pictures of README.md anew, of real runs with the local model
	@.venv/bin/neovim-ai model pull >/dev/null
	@$(PYTHON) -m doc.pictures

bench: setup ## measure what README.md quotes, beside the alternatives; samples where all takes longer
	@$(PYTHON) -m bench

bench-full: setup ## the same without sampling: an hour or more with the local model
	@$(PYTHON) -m bench --full

corpus: setup ## fill every function there is with hostile text; accept and undo 300 in Neovim
	@$(PYTHON) -m bench.corpus
	@$(PYTHON) -m bench.corpus_editor --count 300

clean: ## remove .venv and caches; models and settings stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Every task in one word. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench bench-typing bench-models docs wheel clean
SHELL := /bin/sh

BIN := .venv/bin
# Set up again only when what is installed, or how, has changed.
READY := .venv/.ready

help:  ## list these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv with everything that is needed (a few minutes, once)

$(READY): pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh
	@touch $@

demo: $(READY)  ## type, correct and transcribe in English and Russian (about a minute)
	@$(BIN)/skoropis demo

test: $(READY)  ## run all tests
	$(BIN)/python -m pytest

check: $(READY)  ## lint, formatting, types, layers and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest tests/test_layers.py tests/test_docs.py

bench: $(READY)  ## measure typing, correction and speech (needs the evaluation data, half an hour)
	$(BIN)/python bench/keystrokes.py
	$(BIN)/python bench/ghost.py --policy normal --policy gentle --policy bold
	$(BIN)/python bench/readings.py
	$(BIN)/python bench/correction.py --split test
	$(BIN)/python bench/casing.py --split test
	$(BIN)/python bench/personal.py
	$(BIN)/python bench/soak.py
	@mkdir -p .cache
	$(BIN)/python bench/nbest.py .cache/nbest.jsonl
	$(BIN)/python bench/tune_rescoring.py .cache/nbest.jsonl
	$(BIN)/python bench/dictation.py

# PEERS: folder that everything of the peers goes into. ARGS: more options, such as "--peers skoropis".
PEERS ?= .cache/peers
ARGS ?=

bench-typing: $(READY)  ## measure typing and correction beside other systems (installs them in .cache/peers, hours)
	$(BIN)/pip install -q -e '.[foundry]'
	$(BIN)/python bench/typing_peers.py --folder $(PEERS) $(ARGS)

# BASELINE: folder for the unpruned 5-grams, NETWORKS: folder with <language>/network.pt, both made once.
BASELINE ?= .cache/fivegram
NETWORKS ?= .cache/networks

bench-models: $(READY)  ## measure the models: against a 5-gram, compressed, tuned (extra train, hours)
	$(BIN)/pip install -q -e '.[train]'
	for l in en ru; do [ -d $(BASELINE)/$$l-fivegram ] || \
	    $(BIN)/python -m skoropis_foundry.fivegram $$l --out $(BASELINE) || exit 1; done
	$(BIN)/python bench/models.py --split dev
	$(BIN)/python bench/models.py --lines 60 --against 5-gram=$(BASELINE)/en-fivegram --against 5-gram=$(BASELINE)/ru-fivegram
	[ -f $(NETWORKS)/en/network.pt ] || \
	    $(BIN)/python -m skoropis_foundry.neural.general en --out $(NETWORKS)/en
	$(BIN)/python bench/compression.py $(NETWORKS)/en/network.pt --minutes 8
	$(BIN)/python bench/domain_tuning.py --lines 150 --typed 25
	$(BIN)/python bench/small_against_large.py --out .cache/small-against-large
	$(BIN)/python bench/small_blend.py --out .cache/small-against-large

docs: $(READY)  ## write docs/cli.md anew from the commands' own help
	$(BIN)/python scripts/cli_docs.py

wheel: $(READY)  ## build dist/*.tar.gz and, from it, dist/*.whl
	rm -rf build dist
	$(BIN)/python -m build

clean:  ## remove caches and build outputs; keeps .venv
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find core plugins models tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Needs Python 3.11 or later, git and make; the first target that needs more installs it into .venv.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test test-robust test-site check build site bench fuzz recipes clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

install: $(INSTALLED) ## make .venv with all that the other targets need

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "csodata needs Python 3.11 or later and found none." \
	  "Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,build,pandas,polars,stata]'
	@touch $@

demo: $(INSTALLED) ## show in a minute what the dataset and the validator do
	$(BIN)/python scripts/demo.py

test: $(INSTALLED) ## run all tests
	$(BIN)/python -m pytest --numprocesses 2

test-robust: $(INSTALLED) ## break the writing of the dataset at every call, and in other ways; ten minutes or more
	$(BIN)/python -m pytest -s tests/robust/breaks.py

check: $(INSTALLED) ## check style, types and every derived file; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict csodata scripts
	$(BIN)/python scripts/make_countries.py --check
	$(BIN)/python scripts/build.py --check

build: $(INSTALLED) ## rewrite every derived file from data/*.csv and schemas/
	$(BIN)/python scripts/build.py

site: $(INSTALLED) ## write the dataset for the browser into dist/site/; needs Node 18 or later, and npm
	@command -v npm >/dev/null || { echo "The site needs Node 18 or later, with npm." >&2; exit 1; }
	cd site && npm ci --loglevel=error --no-audit --no-fund && npm run --silent build
	$(BIN)/python scripts/site.py

test-site: site ## check every link of the site, and try it as a person does in Chromium, and time it
	$(BIN)/python scripts/check_site.py
	cd site && npm test --silent && npm run --silent ready

bench: $(INSTALLED) ## compare the validator with its peers; an hour where the machine is busy
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python benchmarks/run.py $(BENCH)

fuzz: $(INSTALLED) ## feed 20 000 spoilt files of each format to readers and validator; two to three hours
	$(BIN)/python scripts/fuzz.py

recipes: $(INSTALLED) ## run the recipes of docs/recipes/, in an environment of their own; what a machine lacks is skipped by name
	$(PYTHON) -m venv .venv-recipes
	.venv-recipes/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,pandas,polars,stata,recipes]'
	RECIPES=1 .venv-recipes/bin/python -m pytest tests/test_recipes.py tests/test_recipes_release.py

clean: ## remove .venv, caches and built packages
	rm -rf .venv .venv-recipes site/node_modules fuzz-failures benchmarks/.cache dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

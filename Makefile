# make test: everything that must hold.  make demo: see it work.  make clean: as after a clone.
# Needs make and Python >= 3.11 with venv and pip; choose an interpreter with PYTHON=python3.13.

PYTHON ?= python3
BIN := .venv/bin
BLOCKS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard plugins/*/pyproject.toml examples/*/pyproject.toml)))
PACKAGES := contracts . $(BLOCKS)
SOURCES := contracts/abs_contracts abs_core $(wildcard $(addsuffix /abs_*,$(BLOCKS)))
PYTEST := $(BIN)/python -m pytest -q $(if $(wildcard abs_core/testing/plugin.py),,-p no:abs)
BLOCK_TESTS := $(wildcard $(addsuffix /tests,$(BLOCKS)))

.PHONY: setup lint types layers unit blocks test demo requirements clean

setup: .venv/.stamp

# The stamp holds our package list: a new block or a changed requirement sets up again.
.venv/.stamp: requirements-dev.txt contracts/pyproject.toml pyproject.toml $(addsuffix /pyproject.toml,$(BLOCKS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}: try make PYTHON=python3.13")'
	@test -x $(BIN)/python || { echo "Setting up .venv (the first time takes a minute)"; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(addprefix -e ./,$(PACKAGES))
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy --strict $(SOURCES)

layers: setup
	$(BIN)/lint-imports --no-logo

unit: setup
	$(PYTEST) $(wildcard tests contracts/tests)

# Each block is tested on its own, as an outside vendor's would be.
blocks: setup
	@set -e; for tests in $(BLOCK_TESTS); do echo "pytest $$tests"; $(PYTEST) $$tests; done

test: lint types layers unit blocks

demo: setup
	@$(BIN)/abs demo

requirements:
	uv export --quiet --format requirements-txt --all-packages --no-emit-workspace --no-header --all-groups -o requirements-dev.txt
	uv export --quiet --format requirements-txt --all-packages --no-emit-workspace --no-header --no-dev -o requirements.txt

clean:
	rm -rf .venv

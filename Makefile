# make test: everything that must hold.   make demo: see it work.   make clean: as after a clone.
# Needs Python 3.11 or newer with venv and pip; choose one with PYTHON=python3.13.

PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
BLOCKS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard plugins/*/pyproject.toml examples/*/pyproject.toml)))
ROOMS := $(wildcard tests/bridge tests/cli tests/faults tests/moving tests/scenario)
PACKAGES := contracts . $(BLOCKS)
SOURCES := $(patsubst ./%/py.typed,%,$(wildcard $(patsubst %,./%/*/py.typed,$(PACKAGES))))

# Named after the interpreter: another one sets up again, as does a new block or requirement.
READY := .venv/ready-$(VERSION)

.PHONY: setup lint types layers rooms unit blocks test demo requirements clean $(BLOCKS)

setup: $(READY)

$(READY): requirements-dev.txt $(addsuffix /pyproject.toml,$(PACKAGES))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $(or $(VERSION),not there). Choose one: make PYTHON=python3.13" >&2; exit 1; }
	@echo "Setting up .venv with Python $(VERSION) (the first time takes a minute)"
	@$(BIN)/python -c 'import pip, sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(VERSION)")' 2>/dev/null || \
	  $(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation $(addprefix -e ./,$(PACKAGES))
	@$(PIP) check
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy --strict $(SOURCES)

layers: setup
	$(BIN)/lint-imports --no-logo

# Apart from the rest, so that `make -j3` has long suites to run side by side.
rooms: setup
	$(PYTEST) $(ROOMS)

unit: setup
	$(PYTEST) $(wildcard tests contracts/tests) $(addprefix --ignore=,$(ROOMS))

# Each block is tested alone, as an outside vendor's would be.
blocks: $(BLOCKS)

$(BLOCKS): setup
	$(PYTEST) $@/tests

test: lint types layers rooms unit blocks

demo: setup
	@$(BIN)/abs demo

# Resolve the versions anew. Needs uv, which nothing else here does.
EXPORT := uv export --quiet --upgrade --format requirements-txt --all-packages --no-emit-workspace --no-header
requirements:
	$(EXPORT) --all-groups --output-file requirements-dev.txt
	$(EXPORT) --no-dev --output-file requirements.txt

clean:
	rm -rf .venv

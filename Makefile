# make demo: run the quickstart experiment.    make test: lint, types, all tests.
# Each sets itself up first; what is set up already is left alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: demo test clean
.NOTPARALLEL:

demo: $(VENV)/runtime
	$(BIN)/simnet run quickstart
	@echo
	@echo "Done. Pictures:     results/quickstart/figures  (begin with opportunity-yield.png)"
	@echo "      Report table: results/quickstart/comparison.csv"

test: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest

clean:
	rm -rf $(VENV) build dist

# A stamp is touched when its packages are installed.
$(VENV)/runtime: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

$(VENV)/dev: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[dev]'
	@touch $(VENV)/runtime $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "simnet needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The two commands that matter are `make demo` and `make test`; each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
REPORT := reports/junit.xml

.DEFAULT_GOAL := help
.PHONY: help demo test scan lint format

help: ## show this list
	@echo 'Toegankelijk: the accessibility platform of Flanders'
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: ## scan the example site and serve the platform on http://127.0.0.1:8000
	@$(PYTHON) -m tools.setup demo
	@exec $(BIN)/python -m toegankelijk.demo $(ARGS)

test: ## run every test, real browser and PostgreSQL included (ARGS=... for pytest)
	@$(PYTHON) -m tools.setup test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --junitxml=$(REPORT) $(ARGS)

scan: ## scan one website: make scan URL=https://www.example.org [ARGS='--pages 10']
	@test -n '$(URL)' || { echo 'make scan: give an address: make scan URL=https://www.example.org' >&2; exit 2; }
	@$(PYTHON) -m tools.setup demo
	@exec $(BIN)/python scan.py site '$(URL)' $(ARGS)

lint: ## check style, types and the direction of imports
	@$(PYTHON) -m tools.setup test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy labels crawler toegankelijk scan.py tools hatch_build.py
	@$(BIN)/lint-imports

format: ## put the code in shape
	@$(PYTHON) -m tools.setup test
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

# Needs git, make and Python 3.11 or newer. Everything else comes from the lock files into .venv.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: demo test check bench schema format clean
.DEFAULT_GOAL := demo

demo: .venv/runs ## Act the main job out against a running server, then keep serving
	@$(BIN)/python manage.py demo --port $(PORT) $(ARGS)

test: .venv/develops ## All tests, on the database that DATABASE_URL names (SQLite without it)
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: .venv/develops ## Format, lint, import contracts, types, migrations, schema files, file lengths
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache > .venv/contracts.txt || (cat .venv/contracts.txt && false)
	@$(BIN)/mypy --no-error-summary config playbook assessments leads
	@$(BIN)/mypy --no-error-summary --strict --follow-imports=silent leads/domain assessments/domain playbook/domain
	@$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0
	@$(BIN)/python manage.py export_schema config.schema:schema --path .venv/schema.graphql > /dev/null
	@cmp schema.graphql .venv/schema.graphql || (echo "schema.graphql is old: run 'make schema'." && false)
	@$(BIN)/python manage.py graphql_schema --schema config.reporting_schema.schema --out .venv/reporting.graphql > /dev/null
	@cmp reporting.graphql .venv/reporting.graphql || (echo "reporting.graphql is old: run 'make schema'." && false)
	@git ls-files '*.py' | grep -v /migrations/ | xargs wc -l \
		| awk '$$2 != "total" && $$1 > 400 { print $$2 " has " $$1 " lines; split it by noun (400 at most)."; bad = 1 } END { exit bad }'
	@echo "All checks pass."

bench: .venv/develops ## The figures of docs/benchmarks.md, as ratios within one run
	@$(BIN)/python tests/bench/run.py $(ARGS)

schema: .venv/develops ## Write the SDL files that frontends generate code from
	@$(BIN)/python manage.py export_schema config.schema:schema --path schema.graphql
	@$(BIN)/python manage.py graphql_schema --schema config.reporting_schema.schema --out reporting.graphql

format: .venv/develops ## Mend what can be mended without thinking
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

clean: ## Remove the environment; data stays
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

.venv/runs: requirements.lock | .venv/bin/python
	@echo "Installing what runs (once; about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/develops: requirements-dev.lock | .venv/bin/python
	@echo "Installing what develops (once; about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/runs

# `make run` and `make test` do all the set-up they need; everything else is for builders.
SHELL := bash
.DEFAULT_GOAL := help
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false

.PHONY: help run test setup check fix bench lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup ## Start the shop assistant (first time: makes the demo shop and trains)
	@$(BIN)/concierge up

test: ## Install what tests need, start PostgreSQL and Redis, run every test
	@scripts/setup.sh --tests
	@scripts/test.sh

setup: ## Make the locked environment in .venv (more: scripts/setup.sh --with train,peers,spark,dev)
	@scripts/setup.sh

check: ## Format, lint, types, import contracts, lock, training data, docs
	@scripts/setup.sh --with all
	@scripts/check.sh

fix: ## Format and mend what the linter can mend
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: ## Run the benchmarks against their peers (long)
	@scripts/setup.sh --with peers,train
	$(BIN)/concierge bench latency && $(BIN)/concierge bench train

lock: ## Bring requirements.lock up to pyproject.toml (scripts/lock.sh --upgrade moves versions)
	@scripts/lock.sh

clean: ## Remove the environment and everything made at run time
	rm -rf .venv .tools var .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis

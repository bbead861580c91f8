# SPDX-License-Identifier: Apache-2.0
# `make` alone lists the targets.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help bootstrap build run install test demo check bench fuzz docs format lint hooks clean

# A Swift trap in a test shall end the run at once instead of symbolicating for minutes.
test demo bench fuzz: export SWIFT_BACKTRACE := enable=no

SOURCES := Package.swift Sources Tests
# A process for each: Foundation cannot start programs once a thousand files are open.
TEST_TARGETS := $(sort $(notdir $(wildcard Tests/*Tests)))
DOCUMENTED := CryptoProvider PKIFormats TrustEvaluation SCEP OMADM

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## Find or install what building and testing need beside the Swift toolchain
	@scripts/bootstrap

build: ## Build everything for debugging, tests too
	@scripts/bootstrap --minimal
	swift build --build-tests

run: ## Set up, build for release and start the server (ARGS="--host ca.example.org" for flags)
	@scripts/bootstrap --minimal
	@scripts/release sealwright
	@exec .build/release/sealwright up $(ARGS)

install: ## Install programs, manual pages and completions (PREFIX=/usr/local, DESTDIR)
	@scripts/install

test: ## Set up, lint, build and run every test (FILTER=Name for some)
	@scripts/bootstrap
	@$(MAKE) --no-print-directory lint
	swift build --build-tests
	@for suite in $(if $(FILTER),$(FILTER),$(patsubst %,'^%\.',$(TEST_TARGETS))); do \
		echo "swift test --skip-build --filter $$suite"; \
		swift test --skip-build --no-parallel --filter "$$suite"; \
	done

demo: ## Enrol, renew, revoke: the main job once, each step judged by a foreign program
	@scripts/bootstrap
	swift build --product sealwright
	@scripts/demo

check: test demo docs ## What CI runs

bench: ## Measure against the bound of the arithmetic (release build)
	@scripts/bootstrap
	@scripts/bench

fuzz: ## Feed the parsers random bytes (FUZZ_SECONDS=60 per parser)
	@scripts/fuzz

docs: ## Make the documentation of the libraries; a warning is an error
	swift package --disable-sandbox generate-documentation $(addprefix --target ,$(DOCUMENTED)) --warnings-as-errors

format: ## Format all Swift files
	swift format --in-place --recursive --parallel $(SOURCES)

lint: ## Say what breaks the style
	swift format lint --strict --recursive --parallel $(SOURCES)

hooks: ## Format and lint what is staged before each commit
	git config core.hooksPath scripts/hooks

clean: ## Remove what was built; tools and data stay
	swift package clean

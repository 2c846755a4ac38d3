# What people run. Everything that is longer than a line is in scripts/.
#
# CARGO=... names another cargo; PROFILE=release builds the demo with optimisation.

CARGO ?= cargo
PROFILE ?= dev
WEB := node/web
BROWSER := tests/browser
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/tests node/locales $(WEB)/*.mjs $(WEB)/*.json -type f 2>/dev/null)

ifeq ($(PROFILE),release)
export CHAPPE_BIN ?= $(abspath $(or $(CARGO_TARGET_DIR),target))/release
endif

.PHONY: help demo build web test fmt lint test-rust test-wire test-web test-browser deny crash sim bench clean
.NOTPARALLEL:

help:
	@echo 'make demo    build, start four relays and two nodes (Alice and Bob), print their pages; Ctrl-C ends it'
	@echo 'make test    every test: format, lints, Rust, web client, browser'
	@echo 'make build   the programs chappe and chappe-relay (with the web client), in target/debug'
	@echo 'make web     the web client alone'
	@echo 'make deny    licences, sources and banned crates (cargo-deny)'
	@echo 'make crash   the long crash test of the store'
	@echo 'make sim     the simulator: every shipped scenario, and a swarm for five minutes (MINUTES=30)'
	@echo 'make bench   the benchmarks, as a table (BENCH=--json for JSON)'

demo:
	@scripts/need build web
	@$(MAKE) --no-print-directory build
	@scripts/demo run

build: web
	$(CARGO) build --workspace --bins --profile $(PROFILE)

# The web client. `npm ci` runs again when the lock file changes, the build when a source does.
web: $(WEB)/dist/index.html

$(WEB)/dist/index.html: $(WEB_SOURCES) $(WEB)/node_modules/.package-lock.json
	cd $(WEB) && npm run --silent build

%/node_modules/.package-lock.json: %/package-lock.json
	@scripts/need web
	cd $* && npm ci --no-audit --no-fund
	@touch $@

test:
	@scripts/test

fmt:
	$(CARGO) fmt --all

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

test-rust:
	$(CARGO) test --workspace

# A workspace of its own: it compiles libp2p again, with other clocks (docs/simulator-wire.md).
test-wire:
	cd netsim/wire && $(CARGO) fmt --check && $(CARGO) test --workspace

test-web: $(WEB)/node_modules/.package-lock.json
	cd $(WEB) && npm run --silent check && npm run --silent test

# Needs the programs (make build).
test-browser: $(BROWSER)/node_modules/.package-lock.json
	scripts/browser-test

# Not a part of `make test`: cargo-deny takes minutes to build.
deny:
	@command -v cargo-deny >/dev/null || { echo 'make deny: installing cargo-deny'; $(CARGO) install --locked cargo-deny; }
	$(CARGO) deny check bans licenses sources

# 200 processes that write are killed at random moments.
crash:
	CHAPPE_KILL_ROUNDS=200 $(CARGO) test --release -p chappe-storage --test store kill -- --nocapture

# The simulator: all shipped scenarios and broken shells, then a swarm (MINUTES=30 for more).
sim:
	$(CARGO) test --release -p chappe-netsim
	$(CARGO) run --release -p chappe-netsim -- swarm --minutes $(or $(MINUTES),5) --nodes 50 --jobs 2

# BENCH=--json for programs; see docs/testing.md.
bench:
	@scripts/bench $(BENCH)

clean:
	rm -rf target $(WEB)/dist $(WEB)/build $(WEB)/node_modules $(BROWSER)/node_modules

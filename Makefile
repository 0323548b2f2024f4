# `make help` lists what can be made.
SHELL := /bin/sh
GO ?= go
BIN := bin/sweep

.PHONY: help run build test check bench soak clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## train the default sweep on the embedded surnames, report, predict
	$(BIN) run default
	$(BIN) report default
	$(BIN) predict --best Albert

build: compiler ## build bin/sweep
	$(GO) build -buildvcs=auto -o $(BIN) ./cmd/sweep

test: compiler ## run all tests
	$(GO) vet ./...
	$(GO) test ./...

check: test ## tests, formatting and generated files
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt these files"; exit 1; }

bench: compiler ## names/s, rows/s, scheduling: ratios to compare, never asserted
	$(GO) test -run '^$$' -bench . -benchtime 1s ./rnn/... ./experiment/... ./store/...

clean: ## remove what was built, not the ledger
	rm -rf bin

# SQLite is C.
.PHONY: compiler
compiler:
	@command -v gcc >/dev/null || command -v cc >/dev/null || \
		{ echo "A C compiler is missing; SQLite needs one. Install gcc (Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install)."; exit 1; }

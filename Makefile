# `make help` lists what can be made.
SHELL := /bin/sh
GO ?= go
BIN := bin/sweep

.PHONY: help run build test check generate bench bench-peers soak fuzz clean

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

check: test generate ## tests, formatting and generated files
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt these files"; exit 1; }
	@git diff --exit-code --stat -- rnn/kernel || { echo "the generated assembly differs from its generator: commit what make generate writes"; exit 1; }

generate: ## write the assembly from its generator
	$(GO) generate ./rnn/kernel/...

bench: compiler ## names/s, rows/s, scheduling: to compare, never asserted
	$(GO) test -run '^$$' -bench . ./...

bench-peers: ## the same training beside PyTorch, and how time grows: bench-report/
	$(GO) run ./cmd/peers -out bench-report

soak: compiler ## 1,000 kills, each write to the ledger hit; takes about half an hour
	SWEEP_KILLS=1000 SWEEP_STRIDE=1 $(GO) test -count=1 -timeout 4h -run 'Killed' -v ./cmd/sweep
	SWEEP_SOAK=1m $(GO) test -count=1 -timeout 1h ./store -rapid.checks=1000

fuzz: ## every reader of outside data, some seconds each
	@for target in $$(grep -rho 'func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . | sed 's/func //' | sort -u); do \
		folder=$$(dirname $$(grep -rl "func $$target(" --include='*_test.go' . | head -n 1)); \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$folder || exit 1; \
	done
FUZZTIME ?= 5s

clean: ## remove what was built, not the ledger
	rm -rf bin

# SQLite is C.
.PHONY: compiler
compiler:
	@command -v gcc >/dev/null || command -v cc >/dev/null || \
		{ echo "A C compiler is missing; SQLite needs one. Install gcc (Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install)."; exit 1; }

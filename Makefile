# One command for each thing. `make` alone shows them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TOOLS := $(CURDIR)/.tools

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
BRANCH    ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)
# The commit's time and no user or host: whoever builds a commit on its branch
# gets the same bytes.
BUILDDATE ?= $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d-%H:%M:%S 2>/dev/null || echo unknown)
V := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(V).Version=$(VERSION) -X $(V).Revision=$(REVISION) -X $(V).Branch=$(BRANCH) -X $(V).BuildDate=$(BUILDDATE) -X $(V).BuildUser=

.PHONY: help
help: ## Show this.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the static binary ./export_status_exporter.
	CGO_ENABLED=0 TZ=UTC go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o export_status_exporter .

.PHONY: test
test: ## Run the tests.
	go test -race -shuffle=on ./...

.PHONY: cover
cover: ## Check that the packages with promises are covered by at least 90 %.
	.ci/cover 90 ./provider/... ./collector/... ./account/... ./config/...

.PHONY: lint
lint: ## Run the linters and check the format.
	.ci/tool golangci-lint
	go vet ./...
	$(TOOLS)/golangci-lint run ./...
	$(TOOLS)/golangci-lint fmt --diff ./...

.PHONY: format
format: ## Put the sources into their form.
	.ci/tool golangci-lint
	$(TOOLS)/golangci-lint fmt ./...

.PHONY: fuzz
fuzz: ## Run every fuzz target FUZZRUNS (100000) times.
	.ci/fuzz $(or $(FUZZRUNS),100000)

.PHONY: rules
rules: ## Check and test alert rules and routes (needs promtool and amtool).
	.ci/rules

.PHONY: healthy
healthy: ## Record the healthy pipelines that the alert rules must be quiet for.
	@mkdir -p build
	go run ./internal/healthy >build/alerts_healthy_test.yml
	mv build/alerts_healthy_test.yml examples/alerts_healthy_test.yml

.PHONY: dashboards
dashboards: ## Check the dashboards and the compose file (needs Node).
	cd examples/grafana/src && npm ci --no-audit --no-fund && npm run --silent check && npm test
	cd examples/compose/check && go test ./... && go run . ../compose.yml

.PHONY: e2e
e2e: ## Run the real stack (needs prometheus, prometheus-alertmanager and Node).
	.ci/tool prometheus
	cd examples/grafana/src && npm ci --no-audit --no-fund
	go test -tags e2e -count=1 -v ./e2e

.PHONY: parsers
parsers: ## Read every format by other scrapers' parsers (needs python3-prometheus-client).
	cd e2e/parsers && go vet ./... && go test -count=1 ./...

.PHONY: browser
browser: ## Look at the pages in Chromium, with axe-core (needs chromium and Node).
	cd browser && npm ci --no-audit --no-fund
	go test -tags browser -count=1 ./browser

.PHONY: screenshots
screenshots: ## Do the same and keep a picture of each page, state and width in build/screenshots.
	EXPORT_STATUS_EXPORTER_SCREENSHOTS=$(CURDIR)/build/screenshots $(MAKE) browser

.PHONY: bench
bench: ## Measure whole processes against the naive way, and print the table of docs/performance.md.
	go run ./internal/bench

.PHONY: bench-inside
bench-inside: ## Measure in one process, to explain what make bench shows.
	go run ./internal/bench --inside

.PHONY: bench-memory
bench-memory: ## Measure peak memory in the worst cases, for the table of docs/operations.md.
	go run ./internal/bench --memory

.PHONY: benchstat
benchstat: ## Compare the doors in every format and size, and decoding, BENCHCOUNT (6) times.
	.ci/tool benchstat
	@mkdir -p build
	go test -run '^$$' -bench . -benchtime 100ms -count $(or $(BENCHCOUNT),6) ./internal/bench ./provider/... >build/bench.txt
	$(TOOLS)/benchstat -col /door build/bench.txt

.PHONY: docs
docs: ## Write what is generated: docs/metrics.md, tables of docs/apis.md, the dashboards' list of metrics, the served runbooks.
	go run ./internal/docs
	cd internal/docs/render && go run . && go test .

.PHONY: runbooks
runbooks: ## Check that the program serves the runbooks as they are.
	cd internal/docs/render && go vet ./... && go test ./...

.PHONY: reproducible
reproducible: ## Build one commit twice and compare.
	.ci/reproducible

.PHONY: release
release: ## Make a snapshot of a release in dist/, check and install it (root, Debian).
	.ci/release

.PHONY: image
image: build ## Run the image's file system and health check, without an engine (root).
	.ci/image

.PHONY: chart
chart: build ## Check the Helm chart.
	.ci/helm

.PHONY: notice
notice: ## Write the licenses of the linked modules into NOTICE.
	go test ./internal/buildfiles -run TestNotice -update

.PHONY: soak
soak: ## Put load and faults on a thousand accounts for SOAKTIME (60s).
	go run ./internal/soak --duration $(or $(SOAKTIME),60s)

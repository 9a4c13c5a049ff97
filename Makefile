# `make` without a target lists the commands.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TOOLS := $(CURDIR)/.tools

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
BRANCH    ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)
# The commit's time, without user or host, so everyone who builds a commit on its
# branch gets the same bytes.
BUILDDATE ?= $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d-%H:%M:%S 2>/dev/null || echo unknown)
V := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(V).Version=$(VERSION) -X $(V).Revision=$(REVISION) -X $(V).Branch=$(BRANCH) -X $(V).BuildDate=$(BUILDDATE) -X $(V).BuildUser=

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the static binary ./export_status_exporter.
	CGO_ENABLED=0 TZ=UTC go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o export_status_exporter .

.PHONY: test
test: ## Run the tests.
	go test -race -shuffle=on ./...

.PHONY: cover
cover: ## Check that the tests cover at least 90 % of the main packages.
	.ci/cover 90 ./provider/... ./collector/... ./account/... ./config/...

.PHONY: lint
lint: ## Run the linters and check the formatting.
	.ci/tool golangci-lint
	go vet ./...
	$(TOOLS)/golangci-lint run ./...
	$(TOOLS)/golangci-lint fmt --diff ./...

.PHONY: format
format: ## Format the sources.
	.ci/tool golangci-lint
	$(TOOLS)/golangci-lint fmt ./...

.PHONY: fuzz
fuzz: ## Run every fuzz target FUZZRUNS (100000) times.
	.ci/fuzz $(or $(FUZZRUNS),100000)

.PHONY: rules
rules: ## Check and test alert rules and routes (needs promtool and amtool).
	.ci/rules

.PHONY: healthy
healthy: ## Record the healthy pipelines, for which no alert may fire.
	@mkdir -p build
	go run ./internal/healthy >build/alerts_healthy_test.yml
	mv build/alerts_healthy_test.yml examples/alerts_healthy_test.yml

.PHONY: dashboards
dashboards: ## Check the dashboards and the compose file (needs Node).
	cd examples/grafana/src && npm ci --no-audit --no-fund && npm run --silent check && npm test
	cd examples/compose/check && go test ./... && go run . ../compose.yml

.PHONY: e2e
e2e: ## Test the complete stack (needs prometheus, prometheus-alertmanager and Node).
	.ci/tool prometheus
	cd examples/grafana/src && npm ci --no-audit --no-fund
	go test -tags e2e -count=1 -v ./e2e

.PHONY: parsers
parsers: ## Read every format with other scrapers' parsers (needs python3-prometheus-client).
	cd e2e/parsers && go vet ./... && go test -count=1 ./...

.PHONY: browser
browser: ## Check the pages in Chromium, with axe-core (needs chromium and Node).
	cd browser && npm ci --no-audit --no-fund
	go test -tags browser -count=1 ./browser

.PHONY: screenshots
screenshots: ## Do the same and keep a picture of each page, state and width in build/screenshots.
	EXPORT_STATUS_EXPORTER_SCREENSHOTS=$(CURDIR)/build/screenshots $(MAKE) browser

.PHONY: bench
bench: ## Compare whole processes with promhttp, and print the table of docs/performance.md.
	go run ./internal/bench

.PHONY: bench-inside
bench-inside: ## Measure inside one process, to explain the results of make bench.
	go run ./internal/bench --inside

.PHONY: bench-memory
bench-memory: ## Measure peak memory in the worst cases, for the table in docs/operations.md.
	go run ./internal/bench --memory

.PHONY: benchstat
benchstat: ## Compare rendering in every format and size, and decoding, BENCHCOUNT (6) times.
	.ci/tool benchstat
	@mkdir -p build
	go test -run '^$$' -bench . -benchtime 100ms -count $(or $(BENCHCOUNT),6) ./internal/bench ./provider/... >build/bench.txt
	$(TOOLS)/benchstat -col /door build/bench.txt

.PHONY: docs
docs: ## Regenerate docs/metrics.md, tables of docs/apis.md, the dashboards' list of metrics and the served runbooks.
	go run ./internal/docs
	cd internal/docs/render && go run . && go test .

.PHONY: runbooks
runbooks: ## Check that the served runbooks are up to date.
	cd internal/docs/render && go vet ./... && go test ./...

.PHONY: reproducible
reproducible: ## Build one commit twice and compare.
	.ci/reproducible

.PHONY: release
release: ## Build a snapshot release in dist/, check and install it (root, Debian).
	.ci/release

.PHONY: image
image: build ## Run the image's file system and health check, without a container engine (root).
	.ci/image

.PHONY: chart
chart: build ## Check the Helm chart.
	.ci/helm

.PHONY: notice
notice: ## Write the licenses of the linked modules into NOTICE.
	go test ./internal/buildfiles -run TestNotice -update

.PHONY: soak
soak: ## Run a thousand accounts under load and faults for SOAKTIME (60s).
	go run ./internal/soak --duration $(or $(SOAKTIME),60s)

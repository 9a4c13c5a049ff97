package main

// outsideCase is a comparison of two processes.
type outsideCase struct {
	what string
	// payload is the kind of answer from the provider; see payloads.
	payload           string
	accounts, exports int // per account
	// still reports that snapshots are not refreshed between scrapes. The exporter is
	// then compared with a server of ready-made bytes, and not with the naive exporter.
	still  bool
	accept string
	gzip   bool
	// target is the maximum ratio of CPU time per series, and memory that of peak
	// memory. 0 means no maximum.
	target, memory float64
}

// Accept headers of scrapers. Prometheus requests compressed OpenMetrics, or protobuf
// if it stores native histograms.
const (
	openMetricsAccept = "application/openmetrics-text;version=1.0.0"
	protobufAccept    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// outsideCases returns the cases in the order of the table. Each answer of the provider
// differs from the previous one in one export, so no scrape returns the same as the one
// before.
func outsideCases() []outsideCase {
	return []outsideCase{
		{what: "4 accounts x 25", payload: "plain", accounts: 4, exports: 25, target: 0.25},
		{what: "4 accounts x 25, rich", payload: "rich", accounts: 4, exports: 25, target: 0.25},
		{what: "4 accounts x 25, Coinbase", payload: "Coinbase", accounts: 4, exports: 25, target: 0.25},
		{what: "4 accounts x 25, Kraken", payload: "Kraken", accounts: 4, exports: 25, target: 0.25},
		{what: "4 accounts x 25, OpenMetrics, gzip", payload: "plain", accounts: 4, exports: 25, accept: openMetricsAccept, gzip: true, target: 0.25},
		{what: "4 accounts x 25, protobuf, gzip", payload: "plain", accounts: 4, exports: 25, accept: protobufAccept, gzip: true, target: 0.25},
		{what: "10", payload: "plain", accounts: 1, exports: 10},
		{what: "100", payload: "plain", accounts: 1, exports: 100, target: 0.25},
		{what: "1,000", payload: "plain", accounts: 1, exports: 1000, target: 0.12},
		{what: "1,000, rich", payload: "rich", accounts: 1, exports: 1000, target: 0.12},
		{what: "1,000, Coinbase", payload: "Coinbase", accounts: 1, exports: 1000, target: 0.12},
		{what: "1,000, Kraken", payload: "Kraken", accounts: 1, exports: 1000, target: 0.12},
		{what: "1,000, OpenMetrics, gzip", payload: "plain", accounts: 1, exports: 1000, accept: openMetricsAccept, gzip: true},
		{what: "1,000, protobuf, gzip", payload: "plain", accounts: 1, exports: 1000, accept: protobufAccept, gzip: true},
		{what: "10,000", payload: "plain", accounts: 1, exports: 10000, target: 0.08},
		{what: "1,000 accounts x 10", payload: "plain", accounts: 1000, exports: 10},
		{what: "10 accounts x 10,000", payload: "plain", accounts: 10, exports: 10000, target: 0.08, memory: 0.25},
		{what: "not refreshed, 1,000, gzip", payload: "plain", accounts: 1, exports: 1000, still: true, gzip: true, target: 1.1},
		{what: "not refreshed, 1,000", payload: "plain", accounts: 1, exports: 1000, still: true},
	}
}

// Package collector converts account views to metrics. It makes no API calls and reads
// no clock: everything it shows is from one point in time.
package collector

import (
	"slices"

	"export_status_exporter/collector/exposition"
)

// Kind is a metric's type.
type Kind = exposition.Kind

// The kinds of metrics. Only the process has histograms.
const (
	Gauge          = exposition.Gauge
	Counter        = exposition.Counter
	Histogram Kind = "histogram"
)

// Scope is what a metric is about. It determines which endpoints show the metric.
type Scope string

// The scopes.
const (
	// PerReport metrics are about one report. Their number is limited by max_reports
	// and max_age.
	PerReport Scope = "report"
	// PerAccount metrics are about one account or one of its sources.
	PerAccount Scope = "account"
	// PerProcess metrics are about the exporter.
	PerProcess Scope = "process"
)

// Presence describes when a metric has a sample.
type Presence string

// Presences that are used several times or that tests refer to.
const (
	Always      Presence = "always"
	WhileListed Presence = "while the export is listed and the value is known"
	WhileFresh  Presence = "while fresh"
	AfterFirst  Presence = "after the first refresh"
	AfterGood   Presence = "after the first success"
	WhileDown   Presence = "only while the source is failing or paused"
	WhileHeld   Presence = "only while the source is paused"
	OnceKnown   Presence = "once known, until a restart"
	AfterAnswer Presence = "after the first response"

	whileExpected = Always + ", for each known type and each type in `expect.types`; absent if the setting is 0"
)

// Metric describes one metric. The code, the tests, docs/metrics.md and the dashboards
// all use the table of these descriptions.
type Metric struct {
	exposition.Family
	Unit     string
	Scope    Scope
	Presence Presence
}

// labelSet is an ordered list of label names.
type labelSet []string

// The labels that identify an account, a source, a type of reports, and a report.
var (
	accountLabels = labelSet{"provider", "account"}
	sourceLabels  = accountLabels.and("source")
	typeLabels    = sourceLabels.and("type")
	reportLabels  = sourceLabels.and("report_id")
)

// and returns the set with more labels appended.
func (l labelSet) and(more ...string) labelSet { return slices.Concat(l, more) }

// metricID is the index of a metric in the table.
type metricID = exposition.ID

// Indexes of the metrics that are derived from views.
const (
	status metricID = iota
	info
	unrecognizedStatus
	progress
	age
	created
	started
	completed
	failed
	expires
	dataStart
	dataEnd
	lastEntry
	rows
	processedRows
	failedItems
	sizeBytes
	costCredits
	firstSeen
	pendingDeletion

	accountInfo
	reports
	reportsOmitted
	reportsVanished
	oldestUnfinished
	latestCreated
	latestCompleted
	latestDataEnd
	expectedReady
	expectedData
	expectedFetch
	creditsBalance
	apiKeyExpires
	rateLimitMax
	rateLimitRemaining
	sourceUp
	sourceFailing
	sourceBackoffUntil
	sourceLastSuccess
	sourceRefreshDuration
	sourceRefreshTimeout
	sourceRefreshInterval
	sourceTruncated
	sourceUnreadable
	apiRequests
	apiErrors
	apiCreditsUsed
	apiClockSkew

	exportDuration
	apiRequestDuration
	configReloadSuccessful
	configReloadTime
	configHash
	scrapesCutShort
	logLinesDropped
	shard
	totalShards
	metricCount // number of ids
)

// Table returns the descriptions of all metrics that the exporter defines, in the order
// of the documentation. Build info, Go and process metrics come from libraries and are
// not included.
func Table() []Metric { return slices.Clone(metrics[:]) }

func perReport(name, unit, help string, more ...string) Metric {
	return metric(Gauge, name, unit, help, PerReport, WhileListed, reportLabels.and(more...))
}

// asAge marks a metric as aged.
func asAge(m Metric) Metric {
	m.Aged = true
	return m
}

func perAccount(kind Kind, name, unit, help string, when Presence, of labelSet, more ...string) Metric {
	return metric(kind, name, unit, help, PerAccount, when, of.and(more...))
}

func perProcess(kind Kind, name, unit, help string, when Presence, labels ...string) Metric {
	return metric(kind, name, unit, help, PerProcess, when, labels)
}

func metric(kind Kind, name, unit, help string, scope Scope, when Presence, labels []string) Metric {
	return Metric{Family: exposition.Family{Name: name, Kind: kind, Labels: labels, Help: help}, Unit: unit, Scope: scope, Presence: when}
}

// Package collector turns the accounts' views into metrics. It asks nobody,
// and has no clock of its own: what it shows belongs to one moment.
package collector

import (
	"slices"

	"export_status_exporter/collector/exposition"
)

// Kind is a metric's type.
type Kind = exposition.Kind

// The kinds that occur. Only the process has histograms.
const (
	Gauge          = exposition.Gauge
	Counter        = exposition.Counter
	Histogram Kind = "histogram"
)

// Scope says what a metric is about, and so which endpoints show it.
type Scope string

// The scopes.
const (
	// PerReport is about one report; bounded by max_reports and max_age.
	PerReport Scope = "report"
	// PerAccount is about one account or one of its sources.
	PerAccount Scope = "account"
	// PerProcess is about the exporter.
	PerProcess Scope = "process"
)

// Presence says when a metric has a sample.
type Presence string

// The presences that occur more than once, or that stand for a state of the
// exporter in which a test looks.
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

// Metric describes one metric. The table of all is what the code, the tests,
// docs/metrics.md and the dashboards are driven by.
type Metric struct {
	exposition.Family
	Unit     string
	Scope    Scope
	Presence Presence
}

// labelSet is the names of labels that come together, in their order.
type labelSet []string

// The labels by which an account, a source, a type of its reports, and a report
// are found. Each begins with the one before.
var (
	ofAccount = labelSet{"provider", "account"}
	ofSource  = ofAccount.and("source")
	ofType    = ofSource.and("type")
	ofReport  = ofSource.and("report_id")
)

// and returns the set with more labels.
func (l labelSet) and(more ...string) labelSet { return slices.Concat(l, more) }

// Identity returns the labels that all metrics of a scope begin with.
func (s Scope) Identity() []string {
	switch s {
	case PerReport:
		return slices.Clone(ofReport)
	case PerAccount:
		return slices.Clone(ofAccount)
	default:
		return nil
	}
}

// id is a metric's place in the table.
type id = exposition.ID

// The places of the metrics that are made from views.
const (
	status id = iota
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
	ids // how many there are
)

// Table returns the description of every metric that the exporter defines
// itself, in the order of the documentation. Build info and the Go and process
// metrics come from their libraries.
func Table() []Metric { return slices.Clone(theTable[:]) }

// Lookup returns the metric of a name.
func Lookup(name string) (Metric, bool) {
	at := slices.IndexFunc(theTable[:], func(m Metric) bool { return m.Name == name })
	if at < 0 {
		return Metric{}, false
	}
	return theTable[at], true
}

func perReport(name, unit, help string, more ...string) Metric {
	return metric(Gauge, name, unit, help, PerReport, WhileListed, ofReport.and(more...))
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

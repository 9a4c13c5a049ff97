package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// metricsTemplate is the handwritten part of the page. The tables are inserted into it.
//
//go:embed metrics.md.tmpl
var metricsTemplate string

// identity are the labels that all metrics about reports begin with.
var identity = []string{"provider", "account", "source", "report_id"}

// metricsPage returns the generated page.
func metricsPage() ([]byte, error) {
	page, err := template.New("metrics.md").Option("missingkey=error").Parse(metricsTemplate)
	if err != nil {
		return nil, fmt.Errorf("parsing: %w", err)
	}
	var statuses, reasons []string
	for _, each := range provider.Statuses() {
		statuses = append(statuses, each.String())
	}
	for _, each := range provider.Reasons() {
		reasons = append(reasons, string(each))
	}
	reports := of(collector.PerReport)
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{
		"Identity": quoted(identity),
		"Reports":  reportTable(reports),
		"Accounts": table(of(collector.PerAccount)),
		"Process":  table(of(collector.PerProcess)),
		"Told":     toldTable(reports), "Providers": quoted(providers()),
		"Statuses": quoted(statuses), "Reasons": quoted(reasons),
		"StatusCount": len(statuses),
		// A report has one series per status, and one of each other metric.
		"MostSeries": len(statuses) + len(reports) - 1,
		"MaxTypes":   provider.MaxTypes, "MaxSourceTypes": provider.MaxSourceTypes, "OtherType": provider.OtherType,
		"ReportIDBytes": provider.MaxReportIDBytes, "TypeBytes": provider.MaxTypeBytes,
		"FormatBytes": provider.MaxFormatBytes, "StatusWordBytes": provider.MaxStatusWordBytes,
	})
	if err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	return b.Bytes(), nil
}

// of returns the metrics of a scope, in the order of the table.
func of(scope collector.Scope) []collector.Metric {
	return slices.DeleteFunc(collector.Table(), func(m collector.Metric) bool { return m.Scope != scope })
}

// reportTable lists the metrics about reports, without the labels that all of them
// have.
func reportTable(metrics []collector.Metric) string {
	var b strings.Builder
	b.WriteString("| metric | type | unit | other labels | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, m := range metrics {
		row(&b, "`"+m.Name+"`", string(m.Kind), m.Unit, quoted(m.Labels[len(identity):]), m.Help)
	}
	return b.String()
}

// table lists metrics with all their labels, and when they have samples.
func table(metrics []collector.Metric) string {
	var b strings.Builder
	b.WriteString("| metric | type | unit | labels | meaning | present |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, m := range metrics {
		row(&b, "`"+m.Name+"`", string(m.Kind), m.Unit, quoted(m.Labels), m.Help, string(m.Presence))
	}
	return b.String()
}

func row(b *strings.Builder, cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func quoted(words []string) string {
	marked := make([]string, len(words))
	for i, word := range words {
		marked[i] = "`" + word + "`"
	}
	return strings.Join(marked, ", ")
}

package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// answer is what a scrape showed, as far as it is checked.
type answer struct {
	// timeouts tell which configuration it was; accounts are those that have an
	// account_info, mentioned all that have any series.
	timeouts  map[series]float64
	accounts  map[string]bool
	mentioned map[string]bool
	// up and waits are export_source_up and ..._backoff_until_timestamp_seconds.
	up, waits map[series]float64
	// growing are values that never fall while an account stays.
	growing map[string]growth
	samples int
	problem string
}

type growth struct {
	account string
	value   float64
}

// read parses a scrape and notes the first thing that is wrong with its form.
func read(body []byte, header http.Header) *answer {
	a := &answer{
		timeouts: make(map[series]float64), accounts: make(map[string]bool), mentioned: make(map[string]bool),
		up: make(map[series]float64), waits: make(map[series]float64), growing: make(map[string]growth),
	}
	names := make(map[string]bool)
	err := families(body, header, func(family *dto.MetricFamily) {
		if names[family.GetName()] {
			a.wrong("family %s occurs twice", family.GetName())
		}
		names[family.GetName()] = true
		a.family(family)
	})
	if err != nil {
		a.wrong("%v", err)
	}
	for name := range a.mentioned {
		if !a.accounts[name] {
			a.wrong("account %s has series but no export_account_info", name)
		}
	}
	return a
}

func (a *answer) wrong(format string, args ...any) {
	if a.problem == "" {
		a.problem = fmt.Sprintf(format, args...)
	}
}

func (a *answer) family(family *dto.MetricFamily) {
	seen := make(map[string]struct{}, len(family.GetMetric()))
	for _, metric := range family.GetMetric() {
		a.samples++
		key, labels := identity(metric)
		if _, ok := seen[key]; ok {
			a.wrong("series %s{%s} occurs twice", family.GetName(), key)
		}
		seen[key] = struct{}{}
		name := labels["account"]
		if name == "" {
			continue
		}
		a.mentioned[name] = true
		where := series{name, labels["source"]}
		switch family.GetName() {
		case "export_account_info":
			a.accounts[name] = true
		case "export_source_refresh_timeout_seconds":
			a.timeouts[where] = metric.GetGauge().GetValue()
		case "export_source_up":
			a.up[where] = metric.GetGauge().GetValue()
		case "export_source_backoff_until_timestamp_seconds":
			a.waits[where] = metric.GetGauge().GetValue()
		case "export_source_last_success_timestamp_seconds":
			a.growing[family.GetName()+key] = growth{name, metric.GetGauge().GetValue()}
		case "export_api_requests_total", "export_reports_vanished_total":
			a.growing[family.GetName()+key] = growth{name, metric.GetCounter().GetValue()}
		}
	}
}

// identity is what makes a series unique within its family.
func identity(metric *dto.Metric) (key string, labels map[string]string) {
	labels = make(map[string]string, len(metric.GetLabel()))
	parts := make([]string, 0, len(metric.GetLabel()))
	for _, pair := range metric.GetLabel() {
		labels[pair.GetName()] = pair.GetValue()
		parts = append(parts, pair.GetName()+"="+pair.GetValue())
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x00"), labels
}

// difference tells how the answer differs from a configuration, or from the
// named accounts of it; "" if it does not.
func (a *answer) difference(c configuration, named []string) string {
	want := maps.Clone(c.timeouts)
	if named != nil {
		maps.DeleteFunc(want, func(s series, _ float64) bool { return !slices.Contains(named, s.account) })
	}
	accounts := make(map[string]bool)
	for s, timeout := range want {
		accounts[s.account] = true
		switch got, ok := a.timeouts[s]; {
		case !ok:
			return fmt.Sprintf("%s/%s is missing", s.account, s.source)
		case got != timeout:
			return fmt.Sprintf("%s/%s has timeout %v, not %v", s.account, s.source, got, timeout)
		}
		if !a.accounts[s.account] {
			return s.account + " has no export_account_info"
		}
	}
	if len(a.timeouts) != len(want) || len(a.accounts) != len(accounts) {
		return fmt.Sprintf("%d accounts and %d sources, not %d and %d", len(a.accounts), len(a.timeouts), len(accounts), len(want))
	}
	return ""
}

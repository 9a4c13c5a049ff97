package faults

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// paths are the addresses whose answers must tell nothing.
func paths() []string {
	return []string{"/", "/metrics", "/metrics/exporter", "/probe?account=account-of-kraken", "/exports", "/exports?format=json", "/config", "/config?format=yaml", "/export?id=x", "/runbooks/", "/sd", "/-/ready", "/-/healthy"}
}

// TestCanaries looks for every secret and every personal value in every output:
// metrics in each format, pages, the answers of reloads, and the log at debug
// level, in good times and under every fault.
func TestCanaries(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"good times":   {},
		"wrong types":  {Kind: sandbox.FaultWrongTypes},
		"wrong items":  {Kind: sandbox.FaultWrongItemTypes},
		"cut short":    {Kind: sandbox.FaultTruncatedJSON},
		"reset":        {Kind: sandbox.FaultReset},
		"redirect":     {Kind: sandbox.FaultRedirect},
		"refused":      {Kind: sandbox.FaultStatus, Status: http.StatusUnauthorized},
		"unknown word": {Kind: sandbox.FaultError, Errors: []string{"EGeneral:CANARY-free-text:CANARY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			var accounts []string
			for _, p := range rig.Providers() {
				a := r.Sandbox.AddAccount(p, "account-of-"+string(p))
				report := rig.Job(p, r.Clock.Now())
				failed := report
				failed.ID, failed.Status, failed.Failed = "FAIL", "failed", r.Clock.Now().Add(-time.Hour)
				a.SetReports([]sandbox.Report{report, failed})
				if fault.Kind != "" {
					a.SetFault(fault)
				}
				accounts = append(accounts, r.Account(a))
			}
			r.Write("accounts:", strings.Join(accounts, "\n"))
			r.Start()
			var outputs []string
			for range 2 {
				for _, path := range paths() {
					_, body := r.Request(http.MethodGet, path, nil)
					outputs = append(outputs, body)
				}
				_, body := r.Request(http.MethodGet, "/metrics", http.Header{"Accept": {"application/openmetrics-text"}})
				outputs = append(outputs, body)
				r.Clock.Advance(time.Hour)
			}
			_, body := r.Request(http.MethodPost, "/-/reload", nil)
			outputs = append(outputs, body)
			r.Write("accounts:", strings.Join(accounts, "\n"), "      nonsense: "+accounts[0])
			status, body := r.Request(http.MethodPost, "/-/reload", nil)
			if status != http.StatusInternalServerError {
				t.Errorf("a broken configuration was taken: %d", status)
			}
			outputs = append(outputs, body, r.Log.String())
			for _, canary := range append(r.Sandbox.Canaries(), "CANARY") {
				for _, output := range outputs {
					if at := strings.Index(output, canary); at >= 0 {
						t.Errorf("an output tells %.6s...: %.120q", canary, output[max(0, at-60):])
					}
				}
			}
			if got := r.Sandbox.Violations(); len(got) > 0 {
				t.Errorf("more than reads: %v", got)
			}
		})
	}
}

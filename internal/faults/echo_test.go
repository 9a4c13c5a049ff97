package faults

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestEchoedSecrets: a provider that repeats an account's secrets as the texts of
// exports makes no output show them.
func TestEchoedSecrets(t *testing.T) {
	t.Parallel()
	for _, p := range rig.Providers() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			a := r.Sandbox.AddAccount(p, "main")
			good := rig.Job(p, r.Clock.Now())
			reports := []sandbox.Report{good}
			var secrets []string
			for _, each := range a.Credentials().Settings() {
				secrets = append(secrets, each.Value)
				for _, text := range []string{each.Value, "https://api.test/?key=" + each.Value + "&v=1", each.Value[:min(len(each.Value), 20)]} {
					for i, set := range []func(*sandbox.Report){
						func(r *sandbox.Report) { r.ID = text },
						func(r *sandbox.Report) { r.Type = text },
						func(r *sandbox.Report) { r.Format = text },
						func(r *sandbox.Report) { r.Status = text },
					} {
						report := good
						report.ID = each.Name + string(rune('a'+i)) + text[:1]
						set(&report)
						reports = append(reports, report)
					}
				}
			}
			if p != sandbox.KrakenFutures { // it has no texts
				a.SetReports(reports)
			}
			r.Write("accounts:", r.Account(a))
			r.Start()
			var outputs []string
			for _, path := range append(paths(), "/metrics", "/exports?format=json") {
				_, body := r.Request(http.MethodGet, path, nil)
				outputs = append(outputs, body)
			}
			r.Clock.Advance(time.Hour)
			_, metrics := r.Request(http.MethodGet, "/metrics", http.Header{"Accept": {"application/openmetrics-text"}})
			outputs = append(outputs, metrics, r.Log.String())
			for _, each := range secrets {
				part := each[:min(len(each), 16)]
				for _, output := range outputs {
					if at := strings.Index(output, part); at >= 0 {
						t.Errorf("an output tells %.6s...: %.160q", each, output[max(0, at-100):])
					}
				}
			}
			if p == sandbox.KrakenFutures {
				return
			}
			if !strings.Contains(metrics, "<secret>") || !strings.Contains(r.Log.String(), "repeats a secret of the account") {
				t.Errorf("nothing tells of it; log:\n%s", r.Log)
			}
		})
	}
}

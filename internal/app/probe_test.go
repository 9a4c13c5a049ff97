package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestProbe: all series of the named accounts, nothing of the process, and
// together with /metrics/exporter exactly what /metrics shows.
func TestProbe(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, nil)
	_, body := r.Request(http.MethodGet, "/probe?account=fund", nil)
	fund := rig.Parse(t, body)
	fund.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), 1)
	fund.Want(t, `export_api_requests_total{account="fund",code="200",provider="coinbase_exchange"}`, 1)
	for key := range fund {
		if !strings.Contains(key, `account="fund"`) {
			t.Errorf("/probe of fund shows %s", key)
		}
	}
	if got := r.Sandbox.Count(sandbox.OnlyFansAPI); got != 0 {
		t.Errorf("an account that was not named was asked %d times", got)
	}

	_, body = r.Request(http.MethodGet, "/probe?account=agency&account=fund&account=fund", nil)
	parts := rig.Parse(t, body)
	_, body = r.Request(http.MethodGet, "/metrics/exporter", nil)
	exporter := rig.Parse(t, body)
	for key := range exporter {
		if _, both := parts[key]; both {
			t.Errorf("%s is in both /probe and /metrics/exporter", key)
		}
	}
	maps.Copy(parts, exporter)
	whole := r.Scrape()
	if got, want := slices.Sorted(maps.Keys(parts)), slices.Sorted(maps.Keys(whole)); !slices.Equal(got, want) {
		t.Errorf("/probe and /metrics/exporter together show %d series, /metrics %d", len(got), len(want))
	}

	for path, want := range map[string]int{
		"/probe": 400, "/probe?account=": 404, "/probe?account=nobody": 404, "/probe?account=fund&account=nobody": 404,
		"/probe?account=http://127.0.0.1/": 404, "/probe?account=" + strings.Repeat("x", 4000): 404,
	} {
		if status, answer := r.Request(http.MethodGet, path, nil); status != want || strings.Contains(answer, "nobody") {
			t.Errorf("%.40s: %d %.80s, want %d", path, status, answer, want)
		}
	}
}

// TestDiscovery: there is one group for each account, with no label that would
// end up on series.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	external, err := url.Parse("https://exports.example.org/exporter/")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		external *url.URL
		target   string
		path     string
	}{
		"as asked": {nil, "", ""},
		"external": {external, "exports.example.org", "/exporter/probe"},
	} {
		t.Run(name, func(t *testing.T) {
			r := rig.TwoAccounts(t, func(o *app.Options) { o.ExternalURL = c.external })
			_, body := r.Request(http.MethodGet, "/sd", nil)
			var groups []app.TargetGroup
			if err := json.Unmarshal([]byte(body), &groups); err != nil {
				t.Fatal(err)
			}
			target := c.target
			if target == "" {
				target = r.App.Addr()
			}
			var names []string
			for _, group := range groups {
				names = append(names, group.Labels["__param_account"])
				if !slices.Equal(group.Targets, []string{target}) || group.Labels["__metrics_path__"] != c.path {
					t.Errorf("group %v, want target %s and path %q", group, target, c.path)
				}
				for label := range group.Labels {
					if !strings.HasPrefix(label, "__") {
						t.Errorf("label %s would stay on the series", label)
					}
				}
			}
			if !slices.Equal(names, []string{"fund", "agency"}) {
				t.Errorf("accounts %v", names)
			}
			if got := r.Sandbox.Count(sandbox.CoinbaseExchange); got != 0 {
				t.Error("discovery asked a provider")
			}
		})
	}
}

// TestShardsShowTheWhole runs the same accounts unsharded and in three shards.
func TestShardsShowTheWhole(t *testing.T) {
	t.Parallel()
	collect := func(s fleet.Shard) rig.Samples {
		r := rig.New(t)
		var accounts []string
		for i := range 12 {
			p := rig.Providers()[i%5]
			a := r.Sandbox.AddAccount(p, fmt.Sprintf("account-%d", i))
			a.SetReports([]sandbox.Report{rig.Job(p, r.Clock.Now())})
			accounts = append(accounts, r.Account(a))
		}
		r.Options.Shard = s
		r.Write("accounts:", strings.Join(accounts, "\n"))
		r.Start()
		all := r.Scrape()
		all.Want(t, "export_status_exporter_shard", float64(s.Number))
		all.Want(t, "export_status_exporter_total_shards", float64(max(s.Total, 1)))
		maps.DeleteFunc(all, func(key string, _ float64) bool { return !strings.Contains(key, "account=") })
		return all
	}
	union := rig.Samples{}
	for n := range 3 {
		part := collect(fleet.Shard{Number: n, Total: 3})
		for key := range part {
			if _, twice := union[key]; twice {
				t.Errorf("%s is in two shards", key)
			}
		}
		maps.Copy(union, part)
	}
	if got, want := slices.Sorted(maps.Keys(union)), slices.Sorted(maps.Keys(collect(fleet.Shard{}))); !slices.Equal(got, want) {
		t.Errorf("the shards show %d series, one process %d", len(got), len(want))
	}
}

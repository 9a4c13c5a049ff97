package answers

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestEveryAuthAndPaging refreshes an API of each kind, with all pages.
func TestEveryAuthAndPaging(t *testing.T) {
	t.Parallel()
	r, accounts := rig.NewAPIs(t)
	r.Start()
	got := r.Scrape()
	for name, a := range accounts {
		if reasons := got.Reasons(name, "exports"); len(reasons) > 0 {
			t.Errorf("%s fails: %v\n%s", name, reasons, r.Log)
		}
		got.Want(t, fmt.Sprintf(`export_reports{account=%q,provider=%[1]q,source="exports",status="ready",type="orders"}`, name), 5)
		for _, request := range a.Requests() {
			if request.Verdict != "ok" {
				t.Errorf("%s: %s %s: %s", name, request.Method, request.Path, request.Verdict)
			}
		}
	}
	for name, calls := range map[string]float64{"open": 1, "keyed": 3, "granted": 4, "renewed": 5, "asserted": 5, "posted": 4, "queried": 3} {
		// A token request and three pages; one page more if only an empty page
		// marks the end.
		got.Want(t, fmt.Sprintf(`export_api_requests_total{account=%q,code="200",provider=%[1]q}`, name), calls)
	}
	for _, name := range []string{"granted", "renewed", "asserted"} {
		accounts[name].RevokeTokens()
	}
	r.Clock.Advance(time.Minute)
	again := r.Scrape()
	for name := range accounts {
		again.Want(t, fmt.Sprintf(`export_source_up{account=%q,provider=%[1]q,source="exports"}`, name), 1)
	}
	r.CheckQuiet()
}

// TestAWrongTokenHoldsTheAccount: a refused token pauses the whole account.
func TestAWrongTokenHoldsTheAccount(t *testing.T) {
	t.Parallel()
	r, accounts := rig.NewAPIs(t)
	for _, a := range accounts {
		a.Rotate()
	}
	r.Start()
	for range 3 {
		got := r.Scrape()
		for name := range accounts {
			want := []string{"auth"}
			if name == "open" {
				want = nil
			}
			if reasons := got.Reasons(name, "exports"); !slices.Equal(reasons, want) {
				t.Errorf("%s: %v, want %v", name, reasons, want)
			}
		}
		r.Clock.Advance(2 * time.Minute)
	}
	for name := range accounts {
		if got := r.Sandbox.Count(sandbox.Provider(name)); name != "open" && got != 1 {
			t.Errorf("%s was asked %d times", name, got)
		}
	}
	r.CheckQuiet()
}

// TestAReloadSeesAChangedDefinition: a reload applies a changed definition,
// wherever it is, and keeps the accounts of unchanged ones.
func TestAReloadSeesAChangedDefinition(t *testing.T) {
	t.Parallel()
	r, _ := rig.NewAPIs(t)
	main, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	definitions, accounts, _ := strings.Cut(string(main), "accounts:")
	folder := filepath.Join(filepath.Dir(r.File), "apis")
	put := func(text string) {
		t.Helper()
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "all.yml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(definitions)
	r.Write("api_files: [apis/*.yml]", "accounts:"+accounts)
	r.Start()
	r.Scrape()
	before := r.Scrape()
	put("# a remark\n" + strings.Replace(definitions, "auth: {api_key", "refresh_interval: 5m\n    auth: {api_key", 1))
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatal(body)
	}
	asked := make(map[sandbox.Provider]int64)
	for _, d := range rig.Emulated() {
		asked[d.Name] = r.Sandbox.Count(d.Name)
	}
	after := r.Scrape()
	for _, d := range rig.Emulated() {
		want := int64(0)
		if d.Name == "keyed" {
			want = 3 // pages
		}
		if got := r.Sandbox.Count(d.Name) - asked[d.Name]; got != want {
			t.Errorf("%s was asked %d times after the reload, want %d", d.Name, got, want)
		}
	}
	const interval = `export_source_refresh_interval_seconds{account="keyed",provider="keyed",source="exports"}`
	before.Want(t, interval, 60)
	after.Want(t, interval, 300)
	const hash = "export_status_exporter_config_hash"
	if before[hash] == after[hash] {
		t.Error("the hash of the configuration did not change")
	}
}

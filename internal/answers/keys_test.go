package answers

import (
	"net/http"
	"strings"
	"testing"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestARefusedKeyNamesTheOtherProduct: keys of Kraken Spot and Kraken Futures
// look the same, so the refusal of one mentions the other.
func TestARefusedKeyNamesTheOtherProduct(t *testing.T) {
	t.Parallel()
	for p, want := range map[sandbox.Provider]string{
		sandbox.Kraken: "a Kraken Futures key works only under kraken_futures", sandbox.KrakenFutures: "a Kraken Spot key works only under kraken",
		sandbox.CoinbaseExchange: "all three must belong to one Coinbase Exchange key", sandbox.OnlyFansAPI: "it must be an API key of OnlyFansAPI",
	} {
		d := dialectOf(p)
		r := rig.New(t)
		a := r.Sandbox.AddAccount(p, "main")
		product := p
		if other, kraken := map[sandbox.Provider]sandbox.Provider{sandbox.Kraken: sandbox.KrakenFutures, sandbox.KrakenFutures: sandbox.Kraken}[p]; kraken {
			product = other
		}
		credentials := sandbox.New(sandbox.Options{}).AddAccount(product, "nobody").Credentials()
		r.Write("accounts:", r.AccountWith(a, credentials, d.settings...))
		r.Start()
		if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "auth" {
			t.Errorf("%s: reasons %v, want auth", p, reasons)
		}
		_, page := r.Request(http.MethodGet, "/exports?format=json", nil)
		if !strings.Contains(r.Log.String(), want) || !strings.Contains(page, want) {
			t.Errorf("%s: log\n%s", p, r.Log)
		}
	}
}

// TestDemoShowsAFailedKrakenExport: the demo has an export that was processed
// but failed.
func TestDemoShowsAFailedKrakenExport(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Options.ConfigFile, r.Options.Demo = "", true
	r.Start()
	got := r.Scrape()
	failed := got.With("export_status{", `provider="kraken"`, `status="failed"`)
	count := 0
	for _, key := range failed {
		if got[key] == 1 {
			count++
			if ready := strings.Replace(key, `status="failed"`, `status="ready"`, 1); got[ready] != 0 {
				t.Errorf("%s and ready", key)
			}
		}
	}
	if count != 1 {
		t.Errorf("%d failed exports of %v, want 1", count, failed)
	}
	if _, page := r.Request(http.MethodGet, "/exports", nil); !strings.Contains(page, "failed") {
		t.Error("the page does not show it")
	}
}

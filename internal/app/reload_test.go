package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestReloadKeepsWhatIsUnchanged: an unchanged account keeps its cache and its
// counters, a removed one loses its series, a new one appears.
func TestReloadKeepsWhatIsUnchanged(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	stays := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "stays")
	goes := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "goes")
	comes := r.Sandbox.AddAccount(sandbox.Kraken, "comes")
	stays.SetReports([]sandbox.Report{rig.Job(sandbox.CoinbaseExchange, r.Clock.Now())})
	r.Write("accounts:", r.Account(stays), r.Account(goes))
	r.Start()
	before := r.Scrape()

	r.Write("accounts:", r.Account(comes), r.Account(stays))
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatalf("reload answered %d: %s", status, body)
	}
	after := r.Scrape()
	if got := stays.Count(); got != 1 {
		t.Errorf("the unchanged account was asked %d times, want 1", got)
	}
	if got, want := len(after.With("export_status{", `account="stays"`)), len(before.With("export_status{", `account="stays"`)); got != want || want == 0 {
		t.Errorf("the unchanged account shows %d series, want %d", got, want)
	}
	after.Want(t, `export_api_requests_total{account="stays",code="200",provider="coinbase_exchange"}`, 1)
	if got := after.With(`account="goes"`); len(got) > 0 {
		t.Errorf("the removed account is still shown: %v", got)
	}
	after.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "comes", "trades"), 1)
	if before["export_status_exporter_config_hash"] == after["export_status_exporter_config_hash"] {
		t.Error("the hash of the configuration did not change")
	}
}

// TestFailedReloadKeepsEverything: the answer is 500 with the reason, the gauge
// is 0, and the old configuration stays in effect as a whole.
func TestFailedReloadKeepsEverything(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	r.Write("accounts:", r.Account(fund))
	r.Start()
	r.Scrape()
	r.Write("acounts:", r.Account(fund))
	status, body := r.Request(http.MethodPost, "/-/reload", nil)
	if status != http.StatusInternalServerError || !strings.Contains(body, `:1: unknown key "acounts", did you mean "accounts"?`) {
		t.Errorf("reload answered %d: %s", status, body)
	}
	if strings.Contains(body, fund.Credentials().Key) {
		t.Error("the answer tells the key")
	}
	got := r.Scrape()
	got.Want(t, "export_status_exporter_config_last_reload_successful", 0)
	got.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), 1)
	if count := fund.Count(); count != 1 {
		t.Errorf("the account was asked %d times, want 1", count)
	}
	r.Write("accounts:", r.Account(fund))
	if status, _ := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Errorf("reload answered %d", status)
	}
	r.Scrape().Want(t, "export_status_exporter_config_last_reload_successful", 1)
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodHead} {
		if status, _ := r.Request(method, "/-/reload", nil); status != http.StatusMethodNotAllowed {
			t.Errorf("%s /-/reload answered %d, want 405", method, status)
		}
	}
}

// TestScrapesDuringReloads: scrapes never fail, and never mix two
// configurations.
func TestScrapesDuringReloads(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	a := r.Sandbox.AddAccount(sandbox.Kraken, "a")
	b := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "b")
	both := [2]string{r.Account(a), r.Account(b)}
	r.Write("accounts:", both[0])
	r.Start()
	// The two configurations have hashes of their own.
	const hash = "export_status_exporter_config_hash"
	hashes := map[string]float64{}
	for i, name := range []string{"a", "b"} {
		r.Write("accounts:", both[i])
		r.Request(http.MethodPost, "/-/reload", nil)
		hashes[name] = r.Scrape()[hash]
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 20 {
				shown := r.Scrape()
				infos := shown.With("export_account_info{")
				if len(infos) != 1 {
					t.Errorf("accounts = %v, want one of the two", infos)
					continue
				}
				for name, want := range hashes {
					if strings.Contains(infos[0], `account="`+name+`"`) && shown[hash] != want {
						t.Errorf("account %s is shown with the hash %v, want %v", name, shown[hash], want)
					}
				}
			}
		})
	}
	for i := range 20 {
		r.Write("accounts:", both[i%2])
		if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
			t.Errorf("reload answered %d: %s", status, body)
		}
	}
	wait.Wait()
	if refused := r.Sandbox.Verdicts(sandbox.Kraken)["EAPI:Invalid nonce"]; refused > 0 {
		t.Errorf("%d nonces were refused: a key's sequence must survive reloads", refused)
	}
}

// TestRotationHealsByItself: key and secret change one after the other, through
// a swapped symlink. The mismatched pair in between fails, and no reload is
// needed.
func TestRotationHealsByItself(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	old := treasury.Credentials()
	dir := filepath.Dir(r.File)
	mount := func(version, key, secret string) {
		t.Helper()
		folder := filepath.Join(dir, version)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"key": key, "secret": secret} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(value), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		link := filepath.Join(dir, "data.new")
		if err := os.Symlink(folder, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, filepath.Join(dir, "data")); err != nil {
			t.Fatal(err)
		}
	}
	mount("1", old.Key, old.Secret)
	r.Write("accounts:", "  - name: treasury", "    kraken:", "      base_url: "+r.Sandbox.URL(sandbox.Kraken),
		"      api_key_file: data/key", "      api_secret_file: data/secret", "      reports: [trades]")
	r.Start()
	up := rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "trades")
	r.Scrape().Want(t, up, 1)

	fresh := treasury.Rotate()
	r.Clock.Advance(time.Minute)
	r.Scrape().Want(t, up, 0) // the old pair is refused
	mount("2", fresh.Key, old.Secret)
	r.Clock.Advance(time.Minute)
	r.Scrape().Want(t, up, 0) // half of the new pair is refused
	mount("3", fresh.Key, "")
	r.Clock.Advance(time.Minute)
	r.Scrape().Want(t, up, 0) // an emptied file keeps the last good secret
	if !strings.Contains(r.Log.String(), "keeping the last good one") {
		t.Error("the log does not tell about the emptied file")
	}
	mount("4", fresh.Key, fresh.Secret)
	r.Clock.Advance(time.Minute)
	r.Scrape().Want(t, up, 1)
	r.CheckQuiet()
}

// TestSameKeyTwice: a secret file with the key of another account is not used;
// the last good one stays.
func TestSameKeyTwice(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	a := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "a")
	b := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "b")
	file := filepath.Join(filepath.Dir(r.File), "token")
	if err := os.WriteFile(file, []byte(b.Credentials().Token), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Write("accounts:", r.Account(a), "  - name: b", "    onlyfansapi:", "      base_url: "+r.Sandbox.URL(sandbox.OnlyFansAPI), "      token_file: token")
	r.Start()
	r.Scrape()
	if err := os.WriteFile(file, []byte(a.Credentials().Token), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Clock.Advance(time.Minute)
	r.Scrape()
	if got := b.Count(); got != 2 {
		t.Errorf("account b was asked %d times with its own token, want 2", got)
	}
	if !strings.Contains(r.Log.String(), "the key of account a;") {
		t.Errorf("the log does not tell whose key it is:\n%s", r.Log)
	}
}

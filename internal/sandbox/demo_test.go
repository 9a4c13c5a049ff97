package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// states returns the status words of the demo jobs of one kind.
func states(reports []Report, kind string) []string {
	var words []string
	for _, r := range reports {
		if r.Type == kind {
			words = append(words, r.Status)
		}
	}
	return words
}

func testDemo() demo {
	return demo{epoch: newClock().now(), pace: 2 * time.Minute}
}

func TestDemoJobsMoveAtPace(t *testing.T) {
	d := testDemo()
	for after, want := range map[time.Duration][]string{
		0:                 {"Queued", "Processed", "Processed", "Processed", "Processed"},
		29 * time.Second:  {"Queued", "Processed", "Processed", "Processed", "Processed"},
		30 * time.Second:  {"Processing", "Processed", "Processed", "Processed", "Processed"},
		119 * time.Second: {"Processing", "Processed", "Processed", "Processed", "Processed"},
		120 * time.Second: {"Processed", "Processed", "Processed", "Processed", "Processed"},
		240 * time.Second: {"Queued", "Processed", "Processed", "Processed", "Processed"},
		72 * time.Hour:    {"Queued", "Processed", "Processed", "Processed", "Processed"},
		-time.Second:      {"Processed", "Processed", "Processed", "Processed", "Processed"},
	} {
		if got := states(krakenAPI{}.demo(d, d.epoch.Add(after)), "trades"); !slices.Equal(got, want) {
			t.Errorf("after %v: %v, want %v", after, got, want)
		}
	}
	old, next := krakenAPI{}.demo(d, d.epoch.Add(239*time.Second)), krakenAPI{}.demo(d, d.epoch.Add(240*time.Second))
	if old[0].ID != next[1].ID || old[0].ID == next[0].ID || !next[0].Created.Equal(d.epoch.Add(240*time.Second)) {
		t.Error("the ready job was not followed by a new one")
	}
	for _, r := range next {
		if r.ID == old[2].ID {
			t.Error("the oldest job did not vanish")
		}
	}
	first := old[0]
	if !first.Created.Equal(d.epoch) || !first.Started.Equal(d.epoch.Add(30*time.Second)) ||
		!first.Completed.Equal(d.epoch.Add(2*time.Minute)) {
		t.Errorf("moments of a job: %+v", first)
	}
}

func TestDemoSpecialCases(t *testing.T) {
	d := testDemo()
	for _, after := range []time.Duration{0, time.Minute, 3*time.Hour - time.Second, 3 * time.Hour, 50 * time.Hour} {
		now := d.epoch.Add(after)
		stuck, deleted, failed, expiring, expired := 0, 0, 0, 0, 0
		for _, r := range slices.Concat(krakenAPI{}.demo(d, now), coinbaseAPI{}.demo(d, now), onlyFansAPI{}.demo(d, now)) {
			working := slices.Contains([]string{"Processing", "creating", "in_progress"}, r.Status)
			if working && r.Created.Equal(d.epoch.Add(-9*time.Hour)) {
				stuck++
			}
			if r.Delete {
				deleted++
			}
			if r.Error != "" && r.Status == "Processed" {
				failed++
			}
			if r.Type == "account" && r.Expires.After(now) && r.Expires.Sub(now) <= 6*time.Hour {
				expiring++
			}
			if r.Type == "account" && !r.Expires.After(now) && now.Sub(r.Expires) <= 6*time.Hour {
				expired++
			}
			if r.Created.After(now) || r.Completed.After(now) || r.Failed.After(now) {
				t.Errorf("after %v: %s %s lies in the future", after, r.Type, r.ID)
			}
		}
		if stuck != 3 || deleted != 1 || failed != 1 || expiring != 1 || expired != 1 {
			t.Errorf("after %v: %d stuck, %d deleted, %d failed, %d expiring, %d expired", after, stuck, deleted, failed, expiring, expired)
		}
	}
}

func TestDemoExportsGrow(t *testing.T) {
	d := testDemo()
	rows := func(after time.Duration) string {
		var text []string
		for _, r := range (onlyFansAPI{}).demo(d, d.epoch.Add(after)) {
			if r.Type == "chat_messages" {
				text = append(text, fmt.Sprintf("%s %d/%d %d%%", r.Status, *r.Processed, *r.TotalRows, *r.Percentage))
			}
		}
		return strings.Join(text, ", ")
	}
	for after, want := range map[time.Duration]string{
		0:                "in_progress 16000/48000 33%, completed 48000/48000 100%",
		10 * time.Minute: "in_progress 32000/48000 66%, completed 48000/48000 100%",
		20 * time.Minute: "in_progress 0/48000 0%, completed 48000/48000 100%",
	} {
		if got := rows(after); got != want {
			t.Errorf("after %v: %s, want %s", after, got, want)
		}
	}
	if got := states(onlyFansAPI{}.demo(d, d.epoch), "payouts"); !slices.Equal(got, []string{"calculating_credits_completed"}) {
		t.Errorf("payouts: %v", got)
	}
	for after, want := range map[time.Duration]int64{
		0: 9500, 4*time.Minute - 1: 9500, 4 * time.Minute: 9465, time.Hour: 8975, 1000 * time.Hour: 120, -time.Hour: 9500,
	} {
		if got := d.credits(d.epoch.Add(after)); got.Balance != want || got.Used != 0 {
			t.Errorf("credits after %v: %+v, want %d", after, got, want)
		}
	}
}

func TestDemoStreamsGrow(t *testing.T) {
	d := testDemo()
	newest := func(source string, after time.Duration) string {
		rows, _ := window{source: source, before: 1 << 62, to: 1 << 62, count: 1}.rows(futuresAPI{}.demo(d, d.epoch.Add(after)))
		return fmt.Sprint(rows[0].number, rows[0].Created.Sub(d.epoch))
	}
	for after, want := range map[time.Duration]string{
		0: "184220 0s", 14 * time.Second: "184220 0s", 15 * time.Second: "184221 15s", time.Hour: "184460 1h0m0s",
	} {
		if got := newest("account_log", after); got != want {
			t.Errorf("account log after %v: %s, want %s", after, got, want)
		}
	}
	if got := newest("executions", 31*time.Second); got != "50 30s" {
		t.Errorf("executions: %s", got)
	}
}

func TestDemoNeverRepeatsAnID(t *testing.T) {
	d := testDemo()
	for after := time.Duration(0); after < 3*time.Hour; after += 7 * time.Minute {
		now := d.epoch.Add(after)
		for _, reports := range [][]Report{krakenAPI{}.demo(d, now), coinbaseAPI{}.demo(d, now), onlyFansAPI{}.demo(d, now)} {
			seen := map[string]bool{}
			for _, r := range reports {
				if seen[r.ID] || r.ID == "" {
					t.Errorf("after %v: %s %q twice", after, r.Type, r.ID)
				}
				seen[r.ID] = true
			}
			if len(reports) > 12 {
				t.Errorf("after %v: %d reports", after, len(reports))
			}
		}
	}
}

func TestSeedDemoServesAllProviders(t *testing.T) {
	r := newRig(t)
	r.SeedDemo()
	r.SeedDemo()
	names := map[Provider]string{
		Kraken: "treasury", CoinbaseExchange: "fund", KrakenFutures: "derivatives", OnlyFansAPI: "agency",
	}
	wants := map[Provider]string{
		Kraken: `"status":"Queued"`, CoinbaseExchange: `"status":"creating"`,
		KrakenFutures: `"id":184220`, OnlyFansAPI: `"balance":9500`,
	}
	for p, name := range names {
		got := r.send(r.read(r.AddAccount(p, name), listTarget(p)))
		if got.status != http.StatusOK || !strings.Contains(got.body, wants[p]) {
			t.Errorf("%s: %d %s", p, got.status, got.body)
		}
	}
}

func TestDemoConfigNamesTheAccounts(t *testing.T) {
	r := newRig(t)
	r.SeedDemo()
	var b strings.Builder
	b.WriteString("refresh_interval: 5s\ntimeout: 5s\nstale_after: 10m\nmax_reports: 100\nmax_age: 30d\nexpect: {data_within: 7d}\naccounts:\n")
	kraken, coinbase := r.AddAccount(Kraken, "treasury").Credentials(), r.AddAccount(CoinbaseExchange, "fund").Credentials()
	futures, onlyFans := r.AddAccount(KrakenFutures, "derivatives").Credentials(), r.AddAccount(OnlyFansAPI, "agency").Credentials()
	fmt.Fprintf(&b, "  - name: treasury\n    kraken:\n      base_url: %q\n      api_key: %q\n      api_secret: %q\n"+
		"      reports: [trades, ledgers]\n", r.URL(Kraken), kraken.Key, kraken.Secret)
	fmt.Fprintf(&b, "  - name: fund\n    coinbase_exchange:\n      base_url: %q\n      api_key: %q\n      api_secret: %q\n"+
		"      passphrase: %q\n", r.URL(CoinbaseExchange), coinbase.Key, coinbase.Secret, coinbase.Passphrase)
	fmt.Fprintf(&b, "  - name: derivatives\n    refresh_interval: 15s\n    kraken_futures:\n      base_url: %q\n"+
		"      api_key: %q\n      api_secret: %q\n      streams: [account_log, executions]\n      check_key: true\n      accounts: true\n",
		r.URL(KrakenFutures), futures.Key, futures.Secret)
	fmt.Fprintf(&b, "  - name: agency\n    onlyfansapi:\n      base_url: %q\n      token: %q\n", r.URL(OnlyFansAPI), onlyFans.Token)
	refused := r.AddAccount(CoinbaseExchange, RefusedAccount).Credentials()
	fmt.Fprintf(&b, "  - name: former-desk\n    coinbase_exchange:\n      base_url: %q\n      api_key: %q\n      api_secret: %q\n"+
		"      passphrase: %q\n", r.URL(CoinbaseExchange), refused.Key, refused.Secret, refused.Passphrase)
	got := string(r.DemoConfig())
	for _, each := range strings.Split(b.String(), "  - name: ") {
		if !strings.Contains(got, each) {
			t.Errorf("config\n%s\nlacks\n%s", got, each)
		}
	}
	for _, p := range Providers() {
		if !strings.Contains(got, "\n    "+string(p)+":\n") {
			t.Errorf("the demo has no account at %s", p)
		}
	}
}

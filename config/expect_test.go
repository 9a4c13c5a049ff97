package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// TestExpectDefaults: what is expected where nothing is set, or null.
func TestExpectDefaults(t *testing.T) {
	setSecrets(t)
	want := provider.Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}
	for _, text := range []string{
		"", "expect:\n", "expect: {}\n", "expect: {types: }\n",
		"expect: {ready_within: , data_within: ~, fetch_before_expiry: null, types: {fills: , account: {ready_within: }}}\n",
	} {
		c := valid(t, text+"accounts:"+spot)
		for name, expect := range map[string]*provider.Expect{"general": c.Expect, "account": c.Accounts[0].Expect} {
			if got := expect.Of("reports", "fills"); got != want {
				t.Errorf("%q: %s expects %+v, want %+v", text, name, got, want)
			}
		}
	}
}

// TestExpectEverywhere: general, account and type expectations override each
// other in this order, wherever they are in the file.
func TestExpectEverywhere(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
accounts:
  - name: own
    expect:
      types: {FILLS: {ready_within: 1h30m}, reports/account: {fetch_before_expiry: 0}}
      data_within: 3d
    coinbase_exchange: {api_key_env: COINBASE_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: PASSPHRASE}
  - name: none
    kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}
expect:
  types: &types
    fills: {data_within: 1d, ready_within: 2h}
    "17": {ready_within: 0}
  ready_within: 6h
`)
	const day = 24 * time.Hour
	for _, e := range []struct {
		expect       *provider.Expect
		source, kind string
		want         provider.Expectation
	}{
		{c.Expect, "reports", "fills", provider.Expectation{ReadyWithin: 2 * time.Hour, DataWithin: day, FetchBeforeExpiry: day}},
		{c.Expect, "reports", "account", provider.Expectation{ReadyWithin: 6 * time.Hour, FetchBeforeExpiry: day}},
		{c.Accounts[0].Expect, "reports", "fills", provider.Expectation{ReadyWithin: 90 * time.Minute, DataWithin: day, FetchBeforeExpiry: day}},
		{c.Accounts[0].Expect, "reports", "account", provider.Expectation{ReadyWithin: 6 * time.Hour, DataWithin: 3 * day}},
		{c.Accounts[0].Expect, "reports", "17", provider.Expectation{DataWithin: 3 * day, FetchBeforeExpiry: day}},
		{c.Accounts[1].Expect, "trades", "trades", provider.Expectation{ReadyWithin: 6 * time.Hour, FetchBeforeExpiry: day}},
		{c.Accounts[1].Expect, "trades", "Fills", provider.Expectation{ReadyWithin: 2 * time.Hour, DataWithin: day, FetchBeforeExpiry: day}},
	} {
		if got := e.expect.Of(e.source, e.kind); got != e.want {
			t.Errorf("%s/%s: %+v, want %+v", e.source, e.kind, got, e.want)
		}
	}
}

// TestExpectBounds: the ends of what is allowed.
func TestExpectBounds(t *testing.T) {
	setSecrets(t)
	for text, right := range map[string]bool{"0": true, "0s": true, "50y": true, "1ms": true, "50y1ms": false, "-1ms": false, "7": false, `""`: false} {
		_, err := parse(t, "expect: {types: {a: {ready_within: "+text+"}}}\naccounts:"+spot)
		if (err == nil) != right {
			t.Errorf("%s: error %v", text, err)
		}
	}
	types := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "type-%d: {data_within: 1d}, ", i)
		}
		return "expect: {types: {" + b.String() + "}}\naccounts:" + spot
	}
	valid(t, types(256))
	if got := texts(problems(t, types(257))); got != "expect.types: holds 257 entries, more than 256\n" {
		t.Errorf("257 types: %s", got)
	}
}

// TestExpectTellsNoSecret: a token pasted in the place of a type is not shown
// in full.
func TestExpectTellsNoSecret(t *testing.T) {
	token := setSecrets(t)["TOKEN"]
	for _, text := range []string{
		"{types: {" + token + ": 7}}", "{types: {/" + token + ": {}}}", "{types: {" + token + ": {" + token + ": 1}}}",
		"{ready_within: " + token + "}", "{types: {a: {data_within: " + token + "}}}", "{types: " + token + "}", token,
	} {
		if got := texts(problems(t, "expect: "+text+"\naccounts:"+spot)); strings.Contains(got, token) {
			t.Errorf("%s tells the token:\n%s", text, got)
		}
	}
}

// TestExpectDoesNotMakeAnotherAccount: expectations do not affect how an
// account works, so changing them keeps it.
func TestExpectDoesNotMakeAnotherAccount(t *testing.T) {
	setSecrets(t)
	before := valid(t, "accounts:"+spot).Accounts[0]
	for _, text := range []string{
		"expect: {ready_within: 1h}\naccounts:" + spot,
		"accounts:" + spot + "    expect: {types: {trades: {data_within: 1d}}}\n",
	} {
		if now := valid(t, text).Accounts[0]; !before.Same(now) || !now.Same(before) {
			t.Errorf("another account in\n%s", text)
		}
	}
}

// TestEveryExpectation of the file that has every setting.
func TestEveryExpectation(t *testing.T) {
	setSecrets(t)
	c, err := config.Load(t.Context(), files.New(), "testdata/good/everything.yml")
	if err != nil {
		t.Fatal(err)
	}
	fund := c.Accounts[1]
	const day = 24 * time.Hour
	for kind, want := range map[string]provider.Expectation{
		"fills": {ReadyWithin: 30 * time.Minute, DataWithin: day},
		"17":    {ReadyWithin: 30 * time.Minute, DataWithin: 2 * day, FetchBeforeExpiry: 12 * time.Hour},
		"":      {ReadyWithin: time.Minute, DataWithin: 2 * day},
	} {
		if got := fund.Expect.Of("reports", kind); got != want {
			t.Errorf("%q: %+v, want %+v", kind, got, want)
		}
	}
	if got, want := c.Expect.Of("ledgers", "ledgers"), (provider.Expectation{DataWithin: 3 * day}); got != want {
		t.Errorf("ledgers: %+v, want %+v", got, want)
	}
}

// TestExpectByMergeKey: settings from aliases and merge keys count as if
// written in place, and explicit settings override them.
func TestExpectByMergeKey(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
expect:
  types: &types
    fills: &fills {data_within: 1d, ready_within: 2h}
accounts:
  - name: own
    expect:
      types: {<<: *types, account: {<<: *fills, ready_within: 3h}}
    coinbase_exchange: {api_key_env: COINBASE_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: PASSPHRASE}
`)
	for kind, ready := range map[string]time.Duration{"fills": 2 * time.Hour, "account": 3 * time.Hour} {
		if got := c.Accounts[0].Expect.Of("reports", kind); got.ReadyWithin != ready || got.DataWithin != 24*time.Hour {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

// TestExpectDoubts: a type that no export can have causes a warning, in the
// general expectations and in those of an account.
func TestExpectDoubts(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
expect:
  types: {FILLS: {}, trades/Trades: {}, trade/trades: {}, spot: {}, account_log: {}, api_key/x: {}}
accounts:
  - {name: spot, kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}}
  - name: some
    expect: {types: {Fills: {}, reports/balance: {}, report/fills: {}, fill: {}}}
    coinbase_exchange: {api_key_env: COINBASE_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: PASSPHRASE, types: [fills, balance]}
  - name: futures
    kraken_futures: {api_key_env: FUTURES_KEY, api_secret_env: SIGNING_SECRET, check_key: true}
`)
	want := []string{
		`expect.types: "api_key/x" matches no export of any account`,
		`expect.types: "spot" matches no export of any account`,
		`expect.types: "trade/trades" matches no export of any account`,
		`account some: expect.types: "fill" matches no export of this account, whose sources are: reports`,
		`account some: expect.types: "report/fills" matches no export of this account, whose sources are: reports`,
	}
	if diff := cmp.Diff(want, warningTexts(c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A source that may bring any type matches every one.
	c = valid(t, "expect: {types: {anything: {}, data_exports/: {}}}\naccounts: [{name: a, expect: {types: {more: {}}}, onlyfansapi: {token_env: TOKEN}}]")
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %q", c.Warnings)
	}
}

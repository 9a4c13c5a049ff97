package krakenfutures

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestExamplesOfTheDocumentation decodes the examples of the page "Calls and Returns".
// All of them are accepted calls, whatever happened to the order in them.
func TestExamplesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"krakenfutures_success.json", "krakenfutures_nested_status.json"} {
		r := newRig(t, "accounts", body(providertest.File(t, "testdata/"+file)))
		got, failed := r.fetch(t)
		if failed != nil {
			t.Fatalf("%s: %v", file, failed)
		}
		if diff := cmp.Diff(provider.Snapshot{Complete: true}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		// serverTime is 2016-02-25T09:45:53.818Z, and the local clock
		// 2026-03-01T12:00:00Z.
		want := time.Date(2016, 2, 25, 9, 45, 53, 818000000, time.UTC).Sub(providertest.Start())
		if skews := r.seen.Seen().Skews; !slices.Equal(skews, []time.Duration{want}) {
			t.Errorf("%s: skews %v, want %s", file, skews, want)
		}
		// The same answers are malformed for a stream.
		_, failed = newRig(t, "orders", body(providertest.File(t, "testdata/"+file))).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed {
			t.Errorf("%s as a stream: %v", file, failed)
		}
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"result":"success","serverTime":"2026-03-01T12:00:00Z","accounts":{"cash":{"balances":{"xbt":1}}}}`,
		`{"result":"SUCCESS"}`,
		`{"result":"success","accounts":{"status":"liquidating","error":"authenticationError","errors":[1]}}`,
		`{"result":"success","status":"degraded"}`,
		`{"result":"success","serverTime":null,"error":null,"errors":[]}`,
	} {
		got, failed := newRig(t, "accounts", body(answer)).fetch(t)
		if failed != nil || len(got.Reports) != 0 || !got.Complete {
			t.Errorf("%s: %v, %+v", answer, failed, got)
		}
	}
	const neither = "the answer's result is neither success nor error"
	for answer, detail := range map[string]string{
		`{}`:                           neither,
		`null`:                         neither,
		`{"result":"partial"}`:         neither,
		`{"result":{"a":"success"}}`:   neither,
		`{"accounts":{}}`:              neither,
		`{"sub":{"result":"success"}}`: neither,
		`[]`:                           "the answer has an unexpected JSON type at byte 1",
		`<html>`:                       "a web page came instead of the API's answer",
		`{"result":"success"}x`:        "the answer is not one JSON value, from byte 21 on",
	} {
		_, failed := newRig(t, "accounts", body(answer)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != detail {
			t.Errorf("%s: %v, want %s", answer, failed, detail)
		}
	}
	r := newRig(t, "accounts", body(`{}`))
	if r.Name() != "accounts" || r.Types() != nil {
		t.Errorf("source %s of types %v", r.Name(), r.Types())
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	if c.Name() != "kraken_futures" || c.DefaultBaseURL() != "https://futures.kraken.com" || c.Serial() || c.KeySecret() != "api_key" {
		t.Errorf("config %+v", c)
	}
	if !slices.Equal(c.Streams, []string{"account_log"}) || len(c.Validate()) != 0 || c.Warnings() != nil {
		t.Errorf("default %v: %v, %v", c.Streams, c.Validate(), c.Warnings())
	}
	check, accounts, streams := "api_key GET /api/auth/v1/api-keys/v3/check", "accounts GET /derivatives/api/v3/accounts", []string{
		"account_log GET /api/history/v3/account-log", "executions GET /api/history/v3/executions",
		"orders GET /api/history/v3/orders", "triggers GET /api/history/v3/triggers",
	}
	for _, each := range []struct {
		change func(*Config)
		asks   []string
	}{
		{func(*Config) {}, streams[:1]},
		{func(c *Config) { c.CheckKey = true }, []string{streams[0], check}},
		{func(c *Config) { c.Accounts = true }, []string{streams[0], accounts}},
		{func(c *Config) { c.Accounts, c.CheckKey, c.Streams = true, true, streamNames() }, append(slices.Clone(streams), check, accounts)},
		{func(c *Config) { c.Streams = nil }, []string{check}},
		{func(c *Config) { c.Accounts, c.Streams = true, nil }, []string{accounts}},
		{func(c *Config) { c.Accounts, c.CheckKey, c.Streams = true, true, nil }, []string{check, accounts}},
	} {
		c := DefaultConfig()
		c.APIKey, c.APISecret = providertest.Ref(""), providertest.Ref("")
		each.change(c)
		var names, asked []string
		for _, s := range c.Sources(providertest.Deps(providertest.Answers()), providertest.Secrets(t, c.Secrets()), &providertest.Observer{}) {
			names = append(names, s.Name())
		}
		for _, line := range each.asks {
			name, _, _ := strings.Cut(line, " ")
			asked = append(asked, name)
		}
		if !slices.Equal(names, asked) {
			t.Errorf("%+v: sources %v, want %v", c.Streams, names, asked)
		}
		var allowed []string
		for _, e := range c.Endpoints() {
			allowed = append(allowed, e.Method+" "+e.Path)
		}
		for _, line := range append(slices.Clone(streams), check, accounts) {
			_, call, _ := strings.Cut(line, " ")
			want := slices.Contains(each.asks, line) || slices.Contains(streams, line)
			if slices.Contains(allowed, call) != want {
				t.Errorf("sources %v: %s allowed: %t, want %t", names, call, !want, want)
			}
		}
	}
	var problems []string
	for _, p := range (&Config{Streams: []string{"orders", "positions", "orders"}}).Validate() {
		problems = append(problems, p.Error())
	}
	if diff := cmp.Diff([]string{
		`streams: "positions" is none of account_log, executions, orders and triggers`,
		`streams: "orders" is named twice`,
	}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if got := (&Config{}).Warnings(); !slices.Equal(got, []string{"streams is empty: only the key is checked"}) {
		t.Errorf("warnings %v", got)
	}
	if r := newRig(t, "orders", body(`{}`)); !slices.Equal(r.Types(), []string{"orders"}) {
		t.Errorf("types %v", r.Types())
	}
}

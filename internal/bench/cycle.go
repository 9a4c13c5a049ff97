package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
	"export_status_exporter/provider/kraken"
	"export_status_exporter/secret"
)

// perAccount is the number of reports per account in a cycle. An answer is limited to 8
// MiB.
const perAccount = 10000

// cycle repeatedly fetches over loopback, decodes, collects and encodes.
func cycle(reports int, naively bool) (result, error) {
	round, stop, err := cycleOf((reports+perAccount-1)/perAccount, reports, naively)
	if err != nil {
		return result{}, err
	}
	defer stop()
	return rounds(round)
}

// cycleOf returns a function that makes one round of a cycle, over accounts that share
// the reports.
func cycleOf(accounts, reports int, naively bool) (round func() error, stop func(), err error) {
	server := httptest.NewServer(answers(reports / accounts))
	transport := &http.Transport{MaxIdleConnsPerHost: accounts}
	var members []*member
	stop = func() {
		for _, m := range members {
			m.account.Stop()
		}
		transport.CloseIdleConnections()
		server.Close()
	}
	for i := range accounts {
		m, err := newMember(server.URL, fmt.Sprintf("account-%d", i), transport)
		if err != nil {
			stop()
			return nil, nil, err
		}
		members = append(members, m)
	}
	open := fast(text(), false)
	if naively {
		open = naive(text(), false)
	}
	fleet := make([]collector.Account, len(members))
	handler := open(fleet)
	return func() error {
		now := time.Now()
		for i, m := range members {
			if m.account.NoteScrape(now) {
				m.account.Begin(context.Background(), now)
			}
			m.account.Wait(context.Background())
			m.shown.View = m.account.View(now)
			if !m.shown.View.Sources[0].Up {
				return fmt.Errorf("refresh failed: %w", m.shown.View.Sources[0].Failure)
			}
			fleet[i] = m.shown
		}
		return ask(handler)
	}, stop, nil
}

// member is an account and what is shown of it.
type member struct {
	account *account.Account
	shown   collector.Account
}

// newMember returns a Kraken account that is always due.
func newMember(address, name string, transport http.RoundTripper) (*member, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	key := make([]byte, 64)
	_, _ = rand.Read(key) // never fails
	config := kraken.DefaultConfig()
	config.Reports = []string{"trades"}
	config.APIKey.Value = secret.New(base64.StdEncoding.EncodeToString(key[:32]))
	config.APISecret.Value = secret.New(base64.StdEncoding.EncodeToString(key))
	secrets, err := secret.NewSet(context.Background(), files.New(), config.Secrets())
	if err != nil {
		return nil, fmt.Errorf("secrets: %w", err)
	}
	api := collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {}))
	deps := provider.Deps{
		BaseURL: base, Transport: transport, Now: time.Now,
		Nonces: provider.NewNonces(time.Now), UserAgent: "bench",
	}
	keys := account.NewKeys(time.Now)
	return &member{
		shown: collector.Account{Calls: api, Cache: &exposition.Cache{}},
		account: account.New(account.Options{
			Name: name, Provider: kraken.Name, Serial: true, Secrets: secrets, Logger: log.NewNopLogger(),
			Policy: account.Policy{
				RefreshInterval: time.Nanosecond, Timeout: time.Minute, StaleAfter: time.Hour,
				MaxReports: 100000, MaxAge: 100000 * time.Hour,
			},
			Sources: config.Sources(deps, secrets, api),
			Key: func(ctx context.Context) (context.Context, *account.Key) {
				return ctx, keys.Of(kraken.Name, [32]byte{}, [32]byte{})
			},
			ObserveReady: func(string, time.Duration) {},
			Now:          time.Now, Rand: func() float64 { return 0 },
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		}),
	}, nil
}

// answers serves the same number of reports for every account. The body is prepared in
// advance, so that the provider costs almost nothing.
func answers(reports int) http.Handler {
	body := func(n int) []byte {
		var b strings.Builder
		b.WriteString(`{"error":[],"result":[`)
		now := time.Now().Unix()
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			made := now - int64(i)*60
			fmt.Fprintf(&b, `{"id":"R%07X","descr":"my_trades_1","format":"CSV","report":"trades","subtype":"all","status":"Processed",`+
				`"flags":"0","fields":"all","createdtm":"%d","expiretm":"%d","starttm":"%d","completedtm":"%d","datastarttm":"%d",`+
				`"dataendtm":"%d","aclass":"forex","asset":"all"}`, i, made, made+1209600, made+8, made+9, made-86400, made)
		}
		b.WriteString(`]}`)
		return []byte(b.String())
	}(reports)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
}

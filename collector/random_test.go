package collector

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// randomExpect returns arbitrary expectations.
func randomExpect(random *rand.Rand) *provider.Expect {
	span := func() *time.Duration { d := time.Duration(random.Int64N(3)) * time.Minute; return &d }
	types := make(map[provider.TypeKey]provider.NamedOverride)
	for _, key := range []string{"Trades", "a\"b", "none", "source-1/none", "source-9/none"} {
		if random.IntN(2) == 0 {
			types[provider.ParseTypeKey(key)] = provider.NamedOverride{Key: key, Override: provider.Override{ReadyWithin: span()}}
		}
	}
	return (&provider.Expect{}).With(provider.Override{ReadyWithin: span(), DataWithin: span(), FetchBeforeExpiry: span()}, types)
}

// plainAccount returns an account with reports like those of Coinbase.
func plainAccount(name string, reports int, now time.Time) Account {
	snapshot := &provider.Snapshot{Complete: true}
	for i := range reports {
		made := now.Add(-time.Duration(i) * time.Minute)
		snapshot.Reports = append(snapshot.Reports, provider.Report{
			ID: fmt.Sprintf("66e2dc58-a11b-4ae7-af08-%012x", i), Type: "fills", Format: "csv", Status: provider.StatusReady, ExpiryEndsReady: true,
			Progress: provider.Num(1), Created: made, Completed: made.Add(time.Minute), Expires: now.Add(1000 * time.Hour), DataStart: made.Add(-time.Hour), DataEnd: made,
		})
	}
	return Account{
		View: account.View{
			Name: name, Provider: "coinbase_exchange", Now: now,
			Policy: account.Policy{Timeout: 10 * time.Second, MaxReports: 100000, MaxAge: 10000 * time.Hour},
			Sources: []account.SourceView{{
				Name: "reports", Snapshot: snapshot, Refreshed: true, Up: true, LastSuccess: now,
				Past: &account.Past{Types: []string{"fills"}, DataEnd: map[string]time.Time{"fills": now}},
			}},
		},
		Calls: NewCallCounters(prometheus.ObserverFunc(func(float64) {})),
		Cache: &exposition.Cache{},
	}
}

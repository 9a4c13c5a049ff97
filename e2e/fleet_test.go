//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// fleet holds the emulated accounts. For the faults of each account, see expected.
type fleet struct {
	sandbox *sandbox.Sandbox
	config  *configuration

	treasury    *sandbox.Account // kraken: stuck reports, old data
	desk        *sandbox.Account // kraken: key rotated, but not in the file
	custody     *sandbox.Account // kraken: key expires soon, a processed report has an error
	fund        *sandbox.Account // coinbase: failed, expired, expiring, unknown, vanishing
	vault       *sandbox.Account // coinbase: rate-limited while a report is stuck
	branch      *sandbox.Account // coinbase: slower than a scrape may take
	derivatives *sandbox.Account // futures: wrong clock
	agency      *sandbox.Account // onlyfansapi: stalled, waiting, failed, few credits
	archive     *sandbox.Account // onlyfansapi: an endless list, credits that run out
	newcomer    *sandbox.Account // onlyfansapi: no exports
	pool        *sandbox.Account // coinbase: no faults, watched by shards

	spending func() // stops spending
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func newFleet(t *testing.T) *fleet {
	t.Helper()
	s := sandbox.New(sandbox.Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fleet{
		sandbox:     s,
		config:      newConfiguration(t, s),
		treasury:    s.AddAccount(sandbox.Kraken, "treasury"),
		desk:        s.AddAccount(sandbox.Kraken, "desk"),
		custody:     s.AddAccount(sandbox.Kraken, "custody"),
		fund:        s.AddAccount(sandbox.CoinbaseExchange, "fund"),
		vault:       s.AddAccount(sandbox.CoinbaseExchange, "vault"),
		branch:      s.AddAccount(sandbox.CoinbaseExchange, "branch"),
		derivatives: s.AddAccount(sandbox.KrakenFutures, "derivatives"),
		agency:      s.AddAccount(sandbox.OnlyFansAPI, "agency"),
		archive:     s.AddAccount(sandbox.OnlyFansAPI, "archive"),
		newcomer:    s.AddAccount(sandbox.OnlyFansAPI, "newcomer"),
		pool:        s.AddAccount(sandbox.CoinbaseExchange, "pool"),
	}
	for _, a := range []*sandbox.Account{f.desk, f.vault, f.branch, f.agency, f.newcomer} {
		f.config.add(a)
	}
	f.config.add(f.treasury, "expect: {types: {trades: {data_within: 3d}}}")
	f.config.add(f.fund, "expect: {types: {otc-fills: {data_within: 3d}}}")
	f.config.add(f.custody)
	f.config.set("check_key: true")
	f.config.add(f.derivatives)
	// On a busy machine, 51 pages take some time.
	f.config.add(f.archive, "refresh_interval: 3s", "max_reports: 10")
	f.config.write()
	// The default limits are for normal refresh intervals.
	f.derivatives.SetLimit(0)
	f.archive.SetLimit(0)
	f.agency.SetLimit(6000)
	f.newcomer.SetLimit(6000)
	return f
}

// ailing sets what the providers list while there are faults.
func (f *fleet) ailing(t *testing.T) {
	t.Helper()
	now := time.Now()
	f.treasury.SetReports([]sandbox.Report{
		kraken("OLDD", "trades", "Processed", now.Add(-6*day), now.Add(-5*day)),
		deleted(kraken("GONE", "trades", "Processed", now.Add(-6*day), now.Add(-5*day))),
		kraken("QUEU", "trades", "Queued", now.Add(-5*hour), now),
		kraken("PROC", "ledgers", "Processing", now.Add(-6*hour), now),
	})
	f.desk.SetReports([]sandbox.Report{kraken("DESK", "trades", "Processed", now.Add(-hour), now)})
	f.desk.Rotate() // the files keep the old key
	f.custody.SetReports([]sandbox.Report{
		kraken("KEPT", "trades", "Processed", now.Add(-hour), now),
		kraken("LAST", "ledgers", "Processed", now.Add(-3*hour), now.Add(-3*hour)),
		broken(kraken("BADD", "ledgers", "Processed", now.Add(-2*hour), now.Add(-2*hour))),
	})
	f.custody.SetFault(keyEnds(now.Add(9 * day))...)
	f.pool.SetReports([]sandbox.Report{coinbase(40, "fills", "ready", now.Add(-hour), now.Add(7*day))})
	f.fund.SetReports(f.fundReports(now))
	f.branch.SetReports([]sandbox.Report{coinbase(20, "fills", "creating", now.Add(-hour), time.Time{})})
	f.branch.SetFault(sandbox.Fault{Kind: sandbox.FaultLatency, Delay: 700 * time.Millisecond})
	f.derivatives.SetReports([]sandbox.Report{
		{Type: "account_log", Created: now.Add(-hour)}, {Type: "account_log", Created: now.Add(-time.Minute)},
	})
	f.derivatives.SetFault(sandbox.Fault{Kind: sandbox.FaultClock, Skew: 15 * time.Second})

	stalled := onlyFans("data_export_stalled", "transactions", "in_progress", now.Add(-5*hour), 0.37)
	failed := onlyFans("data_export_failed", "media_vault", "failed", now.Add(-2*hour), 0.6)
	failed.Failed = now.Add(-hour)
	hidden := onlyFans("data_export_hidden", "fans", "failed", now.Add(-30*hour), 0.6)
	hidden.Failed = now.Add(-hour)
	incomplete := onlyFans("data_export_incomplete", "chat_messages", "completed", now.Add(-hour), 1)
	incomplete.Override = map[string]json.RawMessage{"failed_downloads": json.RawMessage("3")}
	f.agency.SetReports([]sandbox.Report{
		stalled, failed, hidden, incomplete,
		onlyFans("data_export_waiting", "payouts", "calculating_credits_completed", now.Add(-2*hour), 0),
		onlyFans("data_export_ready", "fans", "completed", now.Add(-day), 1),
	})
	f.agency.SetCredits(sandbox.Credits{Balance: 50})

	var many []sandbox.Report
	for i := range 60 {
		many = append(many, onlyFans(fmt.Sprintf("data_export_%d", i), "fans", "completed", now.Add(-time.Duration(i+1)*hour), 1))
	}
	f.archive.SetReports(many)
	f.archive.SetShape(sandbox.Shape{MaxPage: 1})
	f.spend(t)
}

// work adds a report to the vault that will be stuck in half a minute.
func (f *fleet) work() {
	created := time.Now().Add(-4*hour + 30*time.Second)
	f.vault.SetReports([]sandbox.Report{coinbase(30, "fills", "creating", created, time.Time{})})
}

// finish makes the branch's report ready, so that its duration is known.
func (f *fleet) finish() {
	now := time.Now()
	f.branch.SetReports([]sandbox.Report{coinbase(20, "fills", "ready", now.Add(-hour), now.Add(7*day))})
}

// throttle makes the vault's source fail.
func (f *fleet) throttle() {
	f.vault.SetFault(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"5"}},
	})
}

// fundReports returns the fund's reports at the start. The last two vanish later.
func (f *fleet) fundReports(now time.Time) []sandbox.Report {
	return []sandbox.Report{
		coinbase(1, "fills", "ready", now.Add(-6*day), now.Add(3*hour)),
		coinbase(2, "account", "failed", now.Add(-2*hour), time.Time{}),
		coinbase(3, "otc-fills", "ready", now.Add(-8*day), now.Add(-hour)),
		coinbase(4, "balance", "archived", now.Add(-hour), time.Time{}),
		coinbase(5, "rfq-fills", "creating", now.Add(-2*hour), time.Time{}),
		coinbase(6, "rfq-fills", "creating", now.Add(-3*hour), time.Time{}),
	}
}

// vanish removes the last count reports from the fund's list.
func (f *fleet) vanish(count int) {
	reports := f.fundReports(time.Now())
	f.fund.SetReports(reports[:len(reports)-count])
}

// spend reduces the archive's credits until spending is called.
func (f *fleet) spend(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for balance := int64(5000); ; balance -= 10 {
			f.archive.SetCredits(sandbox.Credits{Balance: balance})
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	})
	f.spending = func() {
		cancel()
		ended.Wait()
	}
	t.Cleanup(f.spending)
}

package account

import (
	"context"
	"testing"
	"time"

	"github.com/go-kit/log"

	"export_status_exporter/provider"
)

// listing is a source with one export.
type listing struct{ asked chan struct{} }

func (listing) Name() string    { return "reports" }
func (listing) Types() []string { return nil }

func (l listing) Fetch(context.Context) (provider.Snapshot, error) {
	close(l.asked)
	return provider.Snapshot{Reports: []provider.Report{{ID: "a", Type: "fills", Status: provider.StatusReady}}}, nil
}

type fixed struct{}

func (fixed) Reload(context.Context) (uint64, error) { return 1, nil }
func (fixed) Version() uint64                        { return 1 }

// TestPublishingDelaysNoScrape: preparing a large answer takes long. A scrape
// does not wait for that beyond its deadline. The lock on the types stands for
// the long work.
func TestPublishingDelaysNoScrape(t *testing.T) {
	t.Parallel()
	keys, source := NewKeys(time.Now), listing{asked: make(chan struct{})}
	a := New(Options{
		Name: "treasury", Provider: "kraken",
		Policy:  Policy{RefreshInterval: time.Hour, Timeout: time.Minute, StaleAfter: time.Hour, MaxReports: 10, MaxAge: time.Hour},
		Sources: []provider.Source{source},
		Secrets: fixed{}, Key: func(ctx context.Context) (context.Context, *Key) {
			return ctx, keys.Of("kraken", [32]byte{}, [32]byte{})
		},
		ObserveReady: func(string, time.Duration) {},
		Logger:       log.NewNopLogger(), Now: time.Now, Rand: func() float64 { return 0 },
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	defer a.Stop()
	a.types.mu.Lock()
	a.Begin(t.Context(), time.Now())
	<-source.asked
	answered := make(chan bool)
	go func() {
		for range 20 { // the first may come before the long work
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			a.Begin(ctx, time.Now())
			answered <- a.Wait(ctx)
			cancel()
		}
		close(answered)
	}()
	for range 20 {
		select {
		case complete := <-answered:
			if complete {
				t.Error("the refresh has ended")
			}
		case <-time.After(5 * time.Second):
			t.Error("a scrape waits for the lock")
			a.types.mu.Unlock()
			return
		}
	}
	a.types.mu.Unlock()
	if !a.Wait(t.Context()) || a.View(time.Now()).Sources[0].Snapshot == nil {
		t.Error("the answer was not published")
	}
}

package account_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// paging answers with a list of many pages, and asks before each whether it may go on.
func paging(t *testing.T, sent *int, pages int, pace time.Duration) answer {
	t.Helper()
	return func(ctx context.Context) (provider.Snapshot, error) {
		for range pages {
			if err := provider.Ask(ctx); err != nil {
				if got := provider.ReasonOf(err); got == provider.ReasonAuth || got == provider.ReasonLockout {
					t.Errorf("reason %q, which only the provider may give", got)
				}
				return provider.Snapshot{}, err
			}
			*sent++
			if err := sleep(ctx, pace); err != nil {
				return provider.Snapshot{}, err
			}
		}
		return provider.Snapshot{Reports: []provider.Report{{ID: "new"}}, Complete: true}, nil
	}
}

// TestARunningRefreshEndsInAWait: once a source is refused or told to wait, another
// that is reading pages sends nothing more. It keeps its list and shows the wait.
func TestARunningRefreshEndsInAWait(t *testing.T) {
	for name, refusal := range map[string]answer{
		"rate_limited":     hints(provider.ReasonRateLimited, 10*time.Minute),
		"unavailable":      hints(provider.ReasonUnavailable, 10*time.Minute),
		"auth":             fails(provider.ReasonAuth),
		"payment_required": fails(provider.ReasonPaymentRequired),
		"lockout":          fails(provider.ReasonLockout),
	} {
		for _, shared := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, shared %t", name, shared), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sent := 0
					list := newSource("list", gives(provider.Report{ID: "old"}), paging(t, &sent, 50, 100*time.Millisecond), gives())
					refused := newSource("refused", gives(), after(time.Second, refusal), gives())
					reader, other := []*rig(nil), (*rig)(nil)
					if shared {
						rigs := sharing(t, list, refused)
						reader, other = rigs[:1], rigs[1]
					} else {
						reader = []*rig{newRig(t, func(o *account.Options) { o.Name = "both" }, list, refused)}
						other = reader[0]
					}
					scrape := func() account.SourceView {
						done := make(chan struct{})
						go func() {
							defer close(done)
							other.scrape()
						}()
						got := reader[0].scrape().Sources[0]
						<-done
						return got
					}
					scrape()
					wait(t, time.Minute)
					got := scrape()
					if sent > 11 {
						t.Errorf("%s, shared %t: %d calls, want none after the refusal", name, shared, sent)
					}
					hinted := name == "rate_limited" || name == "unavailable"
					if got.Up || got.BackoffUntil.IsZero() || string(reasonOf(got)) != name {
						t.Errorf("%s, shared %t: up is %t, %q until %s", name, shared, got.Up, reasonOf(got), got.BackoffUntil)
					}
					if got.Snapshot == nil || len(got.Snapshot.Reports) != 1 || got.Snapshot.Reports[0].ID != "old" {
						t.Errorf("%s, shared %t: the last good list is lost", name, shared)
					}
					for _, r := range append(reader, other) {
						if r.logs.count("refresh failed", "source=list") > 0 {
							t.Errorf("%s, shared %t: a refresh that ends in a wait is no failure", name, shared)
						}
					}
					wait(t, map[bool]time.Duration{true: 10 * time.Minute, false: 31 * time.Minute}[hinted])
					if got := scrape(); !got.Up {
						t.Errorf("%s, shared %t: after the wait: %q", name, shared, reasonOf(got))
					}
				})
			})
		}
	}
}

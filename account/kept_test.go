package account_test

import (
	"context"
	"testing"
	"testing/synctest"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// keeper is a source that keeps data between refreshes.
type keeper struct {
	provider.Source
	bytes int64
}

func (k *keeper) KeptBytes() int64 { return k.bytes }
func (k *keeper) Forget()          { k.bytes = 0 }

// charging is a source whose answer is not free.
type charging struct{ provider.Source }

func (c charging) Fetch(ctx context.Context) (provider.Snapshot, error) {
	if err := provider.ShareOf(ctx).Grow(ctx, 1); err != nil {
		return provider.Snapshot{}, err
	}
	return c.Source.Fetch(ctx)
}

// TestKeptDataIsCharged: what a source keeps between refreshes counts as memory, and is
// dropped if there is not enough. The exports are shown anyway, unless they had to be
// paid for.
func TestKeptDataIsCharged(t *testing.T) {
	const budget = 1 << 20
	for name, c := range map[string]struct {
		kept, left int64
		paid, down bool
	}{
		"fits":              {kept: budget / 4, left: budget / 4},
		"too much":          {kept: budget},
		"too much and paid": {kept: budget, paid: true, down: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("reports")
				k := &keeper{Source: s, bytes: c.kept}
				if c.paid {
					k.Source = charging{s}
				}
				memory := provider.NewMemory(budget)
				others := memory.Share(1) // a refresh in flight is no reason to drop anything
				defer others.Release()
				if err := others.Grow(t.Context(), budget/2-1); err != nil {
					t.Fatal(err)
				}
				r := newRig(t, func(o *account.Options) { o.Memory, o.Sources = memory, []provider.Source{k} })
				view := refresh(t, r, s, listed(report("a", "fills", provider.StatusReady)))
				if down := view.Failure != nil; down != c.down || k.bytes != c.left {
					t.Errorf("kept %d bytes, want %d; failure %v", k.bytes, c.left, view.Failure)
				}
				if memory.Full() {
					t.Error("the memory is full")
				}
			})
		})
	}
}

// TestAFailedAttemptIsNotCharged: the retry has the whole share.
func TestAFailedAttemptIsNotCharged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const budget = 1 << 20
		failed := false
		s := newSource("reports", func(ctx context.Context) (provider.Snapshot, error) {
			if err := provider.ShareOf(ctx).Grow(ctx, budget/2); err != nil {
				return provider.Snapshot{}, err
			}
			if !failed {
				failed = true
				return provider.Snapshot{}, &provider.Error{Reason: provider.ReasonNetwork, Detail: "no"}
			}
			return listed(report("a", "fills", provider.StatusReady)), nil
		})
		r := newRig(t, func(o *account.Options) { o.Memory = provider.NewMemory(budget) }, s)
		if view := r.scrape().Sources[0]; !view.Up {
			t.Errorf("failure %v", view.Failure)
		}
	})
}

// TestSourcesShareWhatIsFree: what one source of an account reads for free, two together
// do.
func TestSourcesShareWhatIsFree(t *testing.T) {
	for sources, free := range map[int]bool{1: true, 2: false} {
		synctest.Test(t, func(t *testing.T) {
			charged := int64(-1)
			s := newSource("reports", func(ctx context.Context) (provider.Snapshot, error) {
				err := provider.ShareOf(ctx).Read(ctx, 1, 4<<10)
				charged = provider.ShareOf(ctx).Bytes()
				return provider.Snapshot{}, err
			})
			all := []provider.Source{s, newSource("others")}[:sources]
			r := newRig(t, func(o *account.Options) { o.Memory, o.Sources = provider.NewMemory(64<<20), all })
			r.scrape()
			if (charged == 0) != free {
				t.Errorf("%d sources: %d bytes are charged", sources, charged)
			}
		})
	}
}

package provider_test

import (
	"context"
	"errors"
	"testing"

	"export_status_exporter/provider"
)

// TestTheFreePartIsOnePerRefresh: what the answers of a refresh keep is charged in sum.
func TestTheFreePartIsOnePerRefresh(t *testing.T) {
	t.Parallel()
	const kilo = 1 << 10
	type answer struct{ bytes, items int64 }
	for _, c := range []struct {
		name    string
		answers []answer
		taken   int64
	}{
		{"few", []answer{{64 * kilo, 4 * kilo}}, 0},
		{"many bytes", []answer{{65 * kilo, 65}}, 3 * kilo},
		{"many items", []answer{{64 * kilo, 5 * kilo}}, kilo * kilo},
		{"small pages", []answer{{32 * kilo, 4 * kilo}, {32 * kilo, 4 * kilo}}, 4 * kilo * kilo},
		{"small pages of large items", []answer{{40 * kilo, 40}, {40 * kilo, 40}}, 3 * 16 * kilo},
		{"of each page before the last, the items' texts", []answer{{8 * kilo * kilo, 4}, {64 * kilo, 100}}, 3 * 4 * kilo},
		{"a page of which nothing is kept", []answer{{8 * kilo * kilo, 0}, {64 * kilo, 100}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			share := provider.NewMemory(100 * kilo * kilo).Share(1)
			for _, each := range c.answers {
				share.Settle()
				if err := errors.Join(share.Read(t.Context(), 1, 0), share.Read(t.Context(), each.bytes, each.items)); err != nil {
					t.Fatal(err)
				}
				share.Add(each.bytes, each.items)
			}
			if got := share.Bytes(); got != c.taken {
				t.Errorf("%d taken, want %d", got, c.taken)
			}
			share.Release()
			if err := share.Read(t.Context(), 64*kilo, 4*kilo); err != nil || share.Bytes() != 0 {
				t.Errorf("after a release: %d taken, %v", share.Bytes(), err)
			}
		})
	}
}

// TestSourcesShareTheFreeItems: an account with many sources has no more items for free.
func TestSourcesShareTheFreeItems(t *testing.T) {
	t.Parallel()
	const kilo, sources = 1 << 10, 4
	share := provider.NewMemory(100 * kilo * kilo).Share(sources)
	if err := share.Read(t.Context(), 64*kilo, 4*kilo/sources); err != nil || share.Bytes() != 0 {
		t.Errorf("%d taken, %v", share.Bytes(), err)
	}
	if err := share.Read(t.Context(), 65*kilo, 5*kilo/sources); err != nil || share.Bytes() != 3*kilo+kilo*kilo/sources {
		t.Errorf("%d taken beyond the free part, %v", share.Bytes(), err)
	}
}

// TestAShareWithoutLimit: a nil share takes anything.
func TestAShareWithoutLimit(t *testing.T) {
	t.Parallel()
	share := provider.ShareOf(context.Background())
	share.Settle()
	if err := share.Read(t.Context(), 1<<40, 1<<40); err != nil {
		t.Error(err)
	}
	share.Add(1<<40, 1<<40)
}

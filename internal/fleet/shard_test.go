package fleet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestShards: for random fleets, every account is in exactly one shard, and
// adding a shard moves few accounts.
func TestShards(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		total := 1 + random.IntN(12)
		accounts := 1 + random.IntN(200)
		moved := 0
		for i := range accounts {
			name := fmt.Sprintf("account-%d-%d", random.Uint32(), i)
			owners, next := 0, 0
			for n := range total {
				if (Shard{n, total}).has(name) {
					owners++
				}
				if (Shard{n, total}).has(name) && (Shard{n, total + 1}).has(name) {
					next++
				}
			}
			if owners != 1 {
				t.Fatalf("%s is in %d of %d shards", name, owners, total)
			}
			if next == 0 {
				moved++
			}
		}
		if moved > accounts/(total+1)+20 {
			t.Errorf("from %d to %d shards, %d of %d accounts moved", total, total+1, moved, accounts)
		}
	}
	for _, bad := range []Shard{{-1, 2}, {2, 2}, {1, 1}, {0, 0}, {0, maxShards + 1}, {0, math.MaxInt}} {
		if bad.Check() == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
	if err := (Shard{maxShards - 1, maxShards}).Check(); err != nil {
		t.Error(err)
	}
}

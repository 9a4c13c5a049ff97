package fleet

import (
	"fmt"
	"hash/fnv"
)

// maxShards is the maximum number of shards: one for each account that a
// configuration may have.
const maxShards = 10000

// Shard selects a part of the accounts: shard Number, from 0, of Total. Every
// account is in exactly one shard, chosen by a stable hash of its name, so all
// shards together show what one process would.
type Shard struct{ Number, Total int }

// Check returns an error if the shard is out of range.
func (s Shard) Check() error {
	if s.Total > maxShards {
		return fmt.Errorf("--total-shards is %d, more than %d", s.Total, maxShards)
	}
	if s.Number < 0 || s.Number >= s.Total {
		return fmt.Errorf("--shard is %d, but with --total-shards %d it must be 0 to %d", s.Number, s.Total, s.Total-1)
	}
	return nil
}

// has reports whether the account with a name belongs to the shard.
func (s Shard) has(name string) bool {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return jump(hash.Sum64(), s.Total) == s.Number
}

// jump is the consistent hash of Lamping and Veach ("A Fast, Minimal Memory,
// Consistent Hash Algorithm", 2014), which kube-state-metrics uses too. Going
// from N to N+1 shards moves only one account in N+1.
func jump(key uint64, buckets int) int {
	b, j := int64(-1), int64(0)
	for j < int64(buckets) {
		b = j
		key = key*2862933555777941757 + 1
		j = int64(float64(b+1) * (float64(int64(1)<<31) / float64((key>>33)+1)))
	}
	return int(b)
}

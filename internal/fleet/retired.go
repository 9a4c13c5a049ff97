package fleet

import (
	"maps"
	"slices"
	"sync"
)

// retired holds the members that a reload replaced while they had refreshes in
// flight. These refreshes end by themselves, within their timeout.
type retired struct {
	mu      sync.Mutex
	members map[*Member]struct{}
	wait    sync.WaitGroup
}

// add retires members in the background, and calls ended when their refreshes have
// ended.
func (r *retired) add(members []*Member, ended func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = make(map[*Member]struct{})
	}
	var all sync.WaitGroup
	for _, m := range members {
		r.members[m] = struct{}{}
		all.Add(1)
		r.wait.Go(func() {
			defer all.Done()
			m.account.Retire()
			r.mu.Lock()
			defer r.mu.Unlock()
			delete(r.members, m)
		})
	}
	r.wait.Go(func() {
		all.Wait()
		ended()
	})
}

// stop stops the remaining members and waits for all.
func (r *retired) stop() {
	stop(r.left())
	r.wait.Wait()
}

// left returns the members whose refreshes have not ended.
func (r *retired) left() []*Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.members))
}

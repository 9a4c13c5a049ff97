package fleet

import "sync"

// retired are the accounts that a reload has replaced while they were asking.
// They come to their end by themselves, within their timeout.
type retired struct {
	mu      sync.Mutex
	members map[*Member]struct{}
	wait    sync.WaitGroup
}

// add lets members end.
func (r *retired) add(members []*Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = make(map[*Member]struct{})
	}
	for _, m := range members {
		r.members[m] = struct{}{}
		r.wait.Go(func() {
			m.account.Retire()
			r.mu.Lock()
			defer r.mu.Unlock()
			delete(r.members, m)
		})
	}
}

// stop ends those that are left, and waits for them.
func (r *retired) stop() {
	r.mu.Lock()
	left := make([]*Member, 0, len(r.members))
	for m := range r.members {
		left = append(left, m)
	}
	r.mu.Unlock()
	stop(left)
	r.wait.Wait()
}

package provider

import (
	"context"
	"errors"
	"sync"
)

// Errors returned when a share cannot grow.
var (
	// ErrMemoryShare means that one answer exceeds what a single answer may use.
	ErrMemoryShare = errors.New("answer exceeds its share of the memory")
	// ErrMemoryTaken means that other answers used all memory until the wait ended.
	ErrMemoryTaken = errors.New("other answers use all the memory")
)

// Memory is a budget in bytes for answers in flight and for stored reports, across all
// accounts. The process uses a single value. It is safe for concurrent use.
//
// One half of the budget is a pool that all answers share. The other half is a reserve
// that one answer uses at a time. The reserve prevents a deadlock between answers that
// have each read a part and wait for more: when the pool is full, an answer moves into
// the reserve with everything it has. No answer may use more than the reserve holds. What
// is stored of it may exceed the pool, and then takes room in the reserve.
type Memory struct {
	half int64

	mu           sync.Mutex
	pool         int64 // bytes in use; may exceed half by stored snapshots
	stored       int64 // bytes of the pool that are stored snapshots
	reserveInUse bool  // whether the reserve is in use
	// freed is closed and replaced whenever memory is released.
	freed chan struct{}
}

// NewMemory returns a budget of the given number of bytes.
func NewMemory(bytes int64) *Memory {
	return &Memory{half: bytes / 2, freed: make(chan struct{})}
}

// Share returns an empty share for one refresh and for the snapshot it produces. The
// account has the given number of sources. The caller must call Release when done. A nil
// Memory is unlimited.
func (m *Memory) Share(sources int) *Share {
	if m == nil {
		return nil
	}
	return &Share{memory: m, sources: int64(sources)}
}

// Full reports whether stored snapshots take more than half of the budget, because some
// were never refused.
func (m *Memory) Full() bool {
	if m == nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stored > m.half
}

// Share is the part of a Memory that one answer uses. A nil Share is unlimited. Its
// methods must not be called concurrently.
type Share struct {
	memory    *Memory
	sources   int64 // of the account, which share what is free
	bytes     int64
	inReserve bool
	stored    bool // since Keep
	// kept is what the answers before the current one keep in memory.
	kept usage
}

type shareKey struct{}

// WithShare returns a context whose answers are charged to the share.
func WithShare(ctx context.Context, s *Share) context.Context {
	return context.WithValue(ctx, shareKey{}, s)
}

// ShareOf returns the share that answers in this context are charged to, or nil.
func ShareOf(ctx context.Context) *Share {
	s, _ := ctx.Value(shareKey{}).(*Share)
	return s
}

// Bytes returns the size of the share.
func (s *Share) Bytes() int64 {
	if s == nil {
		return 0
	}
	return s.bytes
}

// Grow adds bytes to the share. It waits for free memory until ctx is done.
func (s *Share) Grow(ctx context.Context, bytes int64) error {
	if s == nil || bytes <= 0 {
		return nil
	}
	for {
		freed, err := s.tryGrow(bytes)
		if freed == nil {
			return err
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return ErrMemoryTaken
		}
	}
}

// tryGrow grows the share, or returns a channel that is closed when memory is freed.
func (s *Share) tryGrow(bytes int64) (freed <-chan struct{}, err error) {
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	others := m.pool
	if !s.inReserve {
		others -= s.bytes
	}
	switch {
	case s.bytes+bytes > m.half:
		return nil, ErrMemoryShare
	case !s.inReserve && m.pool+bytes <= m.half:
		m.pool += bytes
	case !s.inReserve && m.reserveInUse, others+s.bytes+bytes > 2*m.half:
		return m.freed, nil
	case !s.inReserve:
		m.reserveInUse, s.inReserve = true, true
		m.give(s.bytes)
	}
	s.bytes += bytes
	return nil, nil
}

// Shrink reduces the share to the given size. It leaves the reserve if the pool has room,
// because the refresh may wait for its next answer for long.
func (s *Share) Shrink(to int64) {
	if s == nil || s.bytes <= to {
		return
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if m := s.memory; !s.inReserve {
		m.give(s.bytes - to)
	} else if m.pool+to <= m.half {
		m.reserveInUse, s.inReserve = false, false
		m.give(-to)
	}
	if s.stored {
		s.memory.stored -= s.bytes - to
	}
	s.bytes = to
}

// Keep turns s into the share of a stored snapshot: it resizes s to the given number of
// bytes in the pool and releases before, the share of the previous snapshot. Keep fails
// and changes nothing if all stored snapshots would take more than half of the budget. It
// never fails for answers that were small enough to be free.
func (s *Share) Keep(bytes int64, before *Share) error {
	if s == nil {
		return nil
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	pool := m.pool - before.Bytes() + bytes
	if !s.inReserve {
		pool -= s.bytes
	}
	stored := m.stored - before.Bytes() + bytes
	if (s.inReserve || s.bytes > 0 && bytes > s.bytes) && stored > m.half {
		return ErrMemoryTaken
	}
	if s.inReserve {
		m.reserveInUse, s.inReserve = false, false
	}
	s.bytes, s.stored, m.stored = bytes, true, stored
	if before != nil {
		before.bytes = 0
	}
	m.give(m.pool - pool)
	return nil
}

// Release returns the whole share to the budget.
func (s *Share) Release() {
	if s == nil {
		return
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.inReserve {
		m.reserveInUse, s.inReserve = false, false
		s.bytes = 0
	}
	m.give(s.bytes)
	if s.stored {
		m.stored -= s.bytes
	}
	s.bytes, s.kept = 0, usage{}
}

// give returns bytes to the pool and wakes up all waiters.
func (m *Memory) give(bytes int64) {
	m.pool -= bytes
	close(m.freed)
	m.freed = make(chan struct{})
}

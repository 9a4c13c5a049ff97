package provider

import (
	"context"
	"errors"
	"sync"
)

// Errors of a share that cannot grow.
var (
	// ErrMemoryShare says that one answer alone would take more than it may.
	ErrMemoryShare = errors.New("more than one answer may take of the memory")
	// ErrMemoryTaken says that others took all of it for as long as was waited.
	ErrMemoryTaken = errors.New("other answers took all the memory")
)

// Memory is a budget of bytes for the answers in flight and the reports held,
// over all accounts. One value serves the whole process. It is safe for
// concurrent use.
//
// One half is a pool that all share. The other half is a lane for one answer at
// a time, so that answers that wait for each other halfway never wait for good:
// one that the pool has no room for moves into the lane with all that it has,
// and no answer may take more than the lane has.
type Memory struct {
	half int64

	mu   sync.Mutex
	pool int64 // taken of it, also beyond half by what is never refused
	busy bool  // the lane is
	// freed is closed, and replaced, whenever something was given back.
	freed chan struct{}
}

// NewMemory returns a budget of so many bytes.
func NewMemory(bytes int64) *Memory {
	return &Memory{half: bytes / 2, freed: make(chan struct{})}
}

// Taken is how much of the pool is taken.
func (m *Memory) Taken() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pool
}

// Share returns an empty share, for one refresh and then for what it brought.
// Release it after use. Nil is a budget without bounds.
func (m *Memory) Share() *Share {
	if m == nil {
		return nil
	}
	return &Share{memory: m}
}

// Share is what one answer takes of a Memory. Nil is a share without bounds.
// Its methods are called one after another.
type Share struct {
	memory *Memory
	bytes  int64
	inLane bool
}

type shareKey struct{}

// WithShare returns a context whose answers are paid from a share.
func WithShare(ctx context.Context, s *Share) context.Context {
	return context.WithValue(ctx, shareKey{}, s)
}

// ShareOf returns the share that a context's answers are paid from, or nil.
func ShareOf(ctx context.Context) *Share {
	s, _ := ctx.Value(shareKey{}).(*Share)
	return s
}

// Bytes is how much it has.
func (s *Share) Bytes() int64 {
	if s == nil {
		return 0
	}
	return s.bytes
}

// Grow takes so many bytes more, and waits for them until ctx ends.
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

// tryGrow grows, or returns what to wait for.
func (s *Share) tryGrow(bytes int64) (freed <-chan struct{}, err error) {
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case s.bytes+bytes > m.half:
		return nil, ErrMemoryShare
	case s.inLane:
	case m.pool+bytes <= m.half:
		m.pool += bytes
	case !m.busy:
		m.busy, s.inLane = true, true
		m.give(s.bytes)
	default:
		return m.freed, nil
	}
	s.bytes += bytes
	return nil, nil
}

// Shrink gives back what was taken beyond so many bytes.
func (s *Share) Shrink(to int64) {
	if s == nil || s.bytes <= to {
		return
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if !s.inLane {
		s.memory.give(s.bytes - to)
	}
	s.bytes = to
}

// Keep makes it the share of what is held, so many bytes in the pool, in place
// of the share of what was held before, which is released. It fails, and
// changes nothing, if the pool has no room; never for what came in answers so
// small that nothing was taken for them.
func (s *Share) Keep(bytes int64, before *Share) error {
	if s == nil {
		return nil
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	pool := m.pool - before.Bytes() + bytes
	if !s.inLane {
		pool -= s.bytes
	}
	if s.bytes > 0 && bytes > s.bytes && pool > m.half || s.inLane && pool > m.half {
		return ErrMemoryTaken
	}
	if s.inLane {
		m.busy, s.inLane = false, false
	}
	s.bytes = bytes
	if before != nil {
		before.bytes = 0
	}
	m.give(m.pool - pool)
	return nil
}

// Release gives back all that it has.
func (s *Share) Release() {
	if s == nil {
		return
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.inLane {
		m.busy, s.inLane = false, false
		s.bytes = 0
	}
	m.give(s.bytes)
	s.bytes = 0
}

// give puts bytes back into the pool and tells all who wait.
func (m *Memory) give(bytes int64) {
	m.pool -= bytes
	close(m.freed)
	m.freed = make(chan struct{})
}

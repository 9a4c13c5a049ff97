package secret

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"export_status_exporter/internal/files"
)

// Spec is one member of a Set: where it comes from and what makes it usable.
type Spec struct {
	Ref Ref
	// Check rejects a value that cannot be whole, such as a half-written
	// base64 text. Its error must not contain the value. Nil accepts all.
	Check func(Secret) error
	// Document says that the value may be a whole document, such as a key in PEM,
	// and Public that it is the name of a user or a client: nobody gets in by it
	// alone.
	Document, Public bool
}

// read reads the secret once and says what keeps it from being used.
func (s Spec) read(ctx context.Context, reader *files.Reader) (Secret, error) {
	value, err := s.Ref.Read(ctx, reader)
	if err == nil && s.Check != nil {
		err = s.Check(value)
	}
	if err != nil {
		return Secret{}, err
	}
	return value, nil
}

// Values are the secrets of one account by setting name, read at one moment.
type Values map[string]Secret

// Set holds the secrets of one account together, so that a key and its secret
// are read at one moment. A value that cannot be read or used is replaced by
// the last good one. It is safe for concurrent use.
type Set struct {
	specs  map[string]Spec
	names  []string
	reader *files.Reader

	// reloading is held by the Reload that reads, so that what was read first
	// never replaces what was read last.
	reloading chan struct{}

	mu      sync.Mutex
	values  Values
	version uint64
	problem error // of the last Reload
	guard   func(Values) error
}

// NewSet reads every secret once. The error lists every one that cannot be
// used, by setting name.
func NewSet(ctx context.Context, reader *files.Reader, specs map[string]Spec) (*Set, error) {
	s, wrong := Open(ctx, reader, specs)
	if len(wrong) > 0 {
		return nil, joined(wrong)
	}
	return s, nil
}

// Open is NewSet that tells what is wrong by setting name. A set with something
// wrong is not fit for use. After a file that hangs no other is read: each could
// hang as long.
func Open(ctx context.Context, reader *files.Reader, specs map[string]Spec) (*Set, map[string]error) {
	s := &Set{specs: specs, names: slices.Sorted(maps.Keys(specs)), reader: reader, reloading: make(chan struct{}, 1), version: 1}
	values, wrong := s.read(ctx, true)
	s.values = values
	return s, wrong
}

// read reads every secret. It returns the usable ones, and the errors of the
// others by setting name. With untilHang, it reads no more secrets after a file
// that hangs, because each of them could hang for as long.
func (s *Set) read(ctx context.Context, untilHang bool) (Values, map[string]error) {
	values, wrong := make(Values, len(s.names)), make(map[string]error)
	for _, name := range s.names {
		value, err := s.specs[name].read(ctx, s.reader)
		if err == nil {
			values[name] = value
			continue
		}
		wrong[name] = err
		if untilHang && errors.Is(err, files.ErrHangs) {
			break
		}
	}
	return values, wrong
}

// joined returns the errors by setting name as one error.
func joined(wrong map[string]error) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		problems = append(problems, fmt.Errorf("%s: %w", name, wrong[name]))
	}
	return errors.Join(problems...)
}

// Guard sets what may refuse a change of values as a whole, after each was
// found usable. It is called while the set is locked and must not use it.
func (s *Set) Guard(guard func(Values) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guard = guard
}

// Reload reads every secret again and returns a number that changes whenever a
// value did. The error lists what could not be used; the last good values of
// those stay in force, so it is a warning and not a failure. So they do when ctx
// ends before all were read. Who waits for another that reads, and in vain, gets
// what came of the one before: a busy machine is no broken storage.
func (s *Set) Reload(ctx context.Context) (version uint64, err error) {
	select {
	case s.reloading <- struct{}{}:
		defer func() { <-s.reloading }()
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.version, s.problem
	}
	fresh, wrong := s.read(ctx, false)
	err = joined(wrong)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.problem = err }()
	changed := false
	next := make(Values, len(s.names))
	for _, name := range s.names {
		last := s.values[name]
		next[name] = last
		value, ok := fresh[name]
		switch {
		case !ok || value == last:
		case strings.HasPrefix(last.Reveal(), value.Reveal()):
			// A proper prefix of the last good value is a write in progress.
			err = errors.Join(err, fmt.Errorf("%s: holds only the beginning of its last good value", name))
		default:
			next[name], changed = value, true
		}
	}
	if changed && s.guard != nil {
		if refused := s.guard(next); refused != nil {
			return s.version, errors.Join(err, refused)
		}
	}
	if changed {
		// A new map, so that a caller of Values keeps the pair it was given.
		s.values = next
		s.version++
	}
	return s.version, err
}

// Values returns the secrets in force. The map must not be changed.
func (s *Set) Values() Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values
}

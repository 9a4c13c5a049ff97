package secret

import (
	"context"
	"errors"
	"fmt"
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
		return nil, joined(s.names, wrong)
	}
	return s, nil
}

// Open is NewSet that tells what is wrong by setting name. A set with something
// wrong is not fit for use. After a file that hangs no other is read: each could
// hang as long.
func Open(ctx context.Context, reader *files.Reader, specs map[string]Spec) (*Set, map[string]error) {
	s := &Set{specs: specs, reader: reader, reloading: make(chan struct{}, 1), version: 1}
	for name := range specs {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	s.values = make(Values, len(s.names))
	wrong := make(map[string]error)
	for _, name := range s.names {
		value, err := s.specs[name].read(ctx, s.reader)
		if err == nil {
			s.values[name] = value
			continue
		}
		wrong[name] = err
		if errors.Is(err, files.ErrHangs) {
			break
		}
	}
	return s, wrong
}

// joined is one error of those of several settings.
func joined(names []string, wrong map[string]error) error {
	var problems []error
	for _, name := range names {
		if err := wrong[name]; err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
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
	fresh, err := s.read(ctx)
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

// read returns every usable value and an error that names the others.
func (s *Set) read(ctx context.Context) (Values, error) {
	fresh := make(Values, len(s.names))
	wrong := make(map[string]error)
	for _, name := range s.names {
		value, err := s.specs[name].read(ctx, s.reader)
		if err != nil {
			wrong[name] = err
			continue
		}
		fresh[name] = value
	}
	return fresh, joined(s.names, wrong)
}

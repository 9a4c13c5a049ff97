package secret

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"export_status_exporter/internal/files"
)

// Spec describes one secret of a Set.
type Spec struct {
	Ref Ref
	// Check rejects a value that cannot be complete, such as a half-written
	// base64 text. Its error must not contain the value. Nil accepts every value.
	Check func(Secret) error
	// Document means that the value may be a whole document, such as a key in
	// PEM. Public means that it is the name of a user or a client, which gives no
	// access by itself.
	Document, Public bool
}

// read reads and checks the secret.
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

// Fingerprint identifies all the values together, as Secret.Fingerprint does one.
func (v Values) Fingerprint() [sha256.Size]byte {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		of := v[name].Fingerprint()
		_, _ = all.Write(append([]byte(name), of[:]...))
	}
	return [sha256.Size]byte(all.Sum(nil))
}

// Set holds the secrets of one account together, so that a key and its secret
// are read at one moment. A value that cannot be read or used is replaced by
// the last good one. It is safe for concurrent use.
type Set struct {
	specs  map[string]Spec
	names  []string
	reader *files.Reader

	// reloading is held by the Reload that is reading, so an older value never
	// replaces a newer one.
	reloading chan struct{}

	mu      sync.Mutex
	values  Values
	version uint64
	problem error // of the last Reload
	guard   func(Values) error
	former  map[string][]Secret // the values before, by setting name, oldest first
	sent    []string            // without a hold, or by one that has ended
	encoded []string            // oldest first
	holds   map[*held]struct{}

	// mask is nil if it must be made again.
	mask atomic.Pointer[Mask]
}

// NewSet reads every secret once. The error lists all that cannot be used, by
// setting name.
func NewSet(ctx context.Context, reader *files.Reader, specs map[string]Spec) (*Set, error) {
	s, wrong := Open(ctx, reader, specs)
	if len(wrong) > 0 {
		return nil, joined(wrong)
	}
	return s, nil
}

// Open is like NewSet, but returns a separate error for each setting. The set must
// not be used if there are any. After a file that hangs, Open reads no others.
func Open(ctx context.Context, reader *files.Reader, specs map[string]Spec) (*Set, map[string]error) {
	s := &Set{specs: specs, names: slices.Sorted(maps.Keys(specs)), reader: reader, reloading: make(chan struct{}, 1), version: 1, former: make(map[string][]Secret), holds: make(map[*held]struct{})}
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

// Guard sets a function that can reject changed values, after each of them was
// found usable. It is called while the set is locked, so it must not use the set.
func (s *Set) Guard(guard func(Values) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guard = guard
}

// Reload reads every secret again and returns a number that changes whenever a
// value changes. The error lists the secrets that could not be read by the end of
// ctx or cannot be used. Their last good values stay in use, so it is only a
// warning. If another Reload is running until ctx is done, this one returns the
// result of the previous Reload: a busy machine does not mean broken storage.
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
		// This is a new map, so what Values returned before does not change.
		s.supersede(s.values, next)
		s.values = next
		s.version++
	}
	return s.version, err
}

// supersede adds the last of the former values, those that next does not have. The
// caller must hold mu.
func (s *Set) supersede(values, next Values) {
	for name, value := range values {
		if value == next[name] {
			continue
		}
		known := slices.DeleteFunc(s.former[name], func(each Secret) bool { return each == value })
		known = append(known, value)
		s.former[name] = known[max(0, len(known)-maxFormer):]
		s.mask.Store(nil)
	}
}

// Inherit makes a new set hide what the set before it hides, after a change of the
// configuration of an account. It must be called before the first Reload.
func (s *Set) Inherit(before *Set) {
	before.mu.Lock()
	former, values := make(map[string][]Secret), before.values
	for name, each := range before.former {
		former[name] = slices.Clone(each)
	}
	encoded, sent := slices.Clone(before.encoded), slices.Clone(before.sent)
	for h := range before.holds {
		sent = append(sent, h.sent...)
	}
	before.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, list := range former {
		for _, each := range list {
			s.supersede(Values{name: each}, s.values)
		}
	}
	s.supersede(values, s.values)
	s.remember(&s.encoded, encoded, maxEncoded)
	s.remember(&s.sent, sent, maxSent)
}

// Version returns the number of the values in use, as Reload does.
func (s *Set) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// Values returns the secrets in use. The map must not be changed.
func (s *Set) Values() Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values
}

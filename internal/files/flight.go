package files

import (
	"context"
	"path/filepath"
	"slices"
	"time"
)

// slack makes a read count as overdue slightly before its caller gives up.
const slack = 100 * time.Millisecond

// do runs look in a goroutine of its own, because no system can interrupt it,
// and returns when it ends, ctx is done, or Wait or the patience of ctx is over.
func do[T any](ctx context.Context, r *Reader, path string, look func() (T, error)) (value T, err error) {
	type answer struct {
		value T
		err   error
	}
	patience, began := patienceOf(ctx), time.Now()
	within := patience.remaining()
	if within == 0 {
		return value, r.unread(path)
	}
	defer func() { patience.spend(time.Since(began), err) }()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	late := func() error {
		if within < Wait {
			return r.unread(path)
		}
		return &Error{path: path, cause: ErrHangs}
	}
	leave, ok := r.enter(ctx, path)
	if !ok {
		return value, late()
	}
	done := make(chan answer, 1)
	go func() {
		value, err := look()
		leave()
		done <- answer{value, err}
	}()
	select {
	case got := <-done:
		return got.value, got.err
	case <-ctx.Done():
		return value, late()
	}
}

// unread returns the error for a file that was given up because of the files before it.
func (r *Reader) unread(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &Error{path: path, hidden: !r.known[path], cause: errImpatient}
}

// place is a semaphore for the reads of one file, of one folder or of all
// files, with a count of its users and the start times of the reads.
type place struct {
	name  string
	taken chan struct{}
	users int
	began []time.Time
}

// enter acquires a slot for the file, its folder and all files together. It
// fails at once where other reads already hang. The caller must call leave once
// the read has ended.
func (r *Reader) enter(ctx context.Context, path string) (leave func(), ok bool) {
	places := r.use(path)
	var began time.Time
	held := 0
	leave = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for i, p := range places {
			if i < held {
				<-p.taken
			}
			if at := slices.Index(p.began, began); at >= 0 {
				p.began = slices.Delete(p.began, at, at+1)
			}
			if p.users--; p.users == 0 {
				delete(r.places, p.name)
			}
		}
	}
	if r.hangs(places) || ctx.Err() != nil {
		leave()
		return nil, false
	}
	for _, p := range places {
		select {
		case p.taken <- struct{}{}:
			held++
		case <-ctx.Done():
			leave()
			return nil, false
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	began = time.Now()
	for _, p := range places {
		p.began = append(p.began, began)
	}
	return leave, true
}

// use returns the places of a file, of which the caller becomes a user.
func (r *Reader) use(path string) (places []*place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, each := range []struct {
		name string
		size int
	}{{"file " + path, 1}, {"folder " + filepath.Dir(path), maxPerFolder}, {"all", maxReads}} {
		p, ok := r.places[each.name]
		if !ok {
			p = &place{name: each.name, taken: make(chan struct{}, each.size)}
			r.places[each.name] = p
		}
		p.users++
		places = append(places, p)
	}
	return places
}

// hangs reports whether a new read would probably hang too: one of its places is
// full of overdue reads.
func (r *Reader) hangs(places []*place) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(places, func(p *place) bool {
		overdue := 0
		for _, began := range p.began {
			if time.Since(began) >= Wait-slack {
				overdue++
			}
		}
		return overdue == cap(p.taken)
	})
}

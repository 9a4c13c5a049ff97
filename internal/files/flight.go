package files

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"
)

// answer is what comes of a visit to a file.
type answer struct {
	content []byte
	mode    fs.FileMode
	paths   []string
	err     error
}

// slack lets who has waited for a visit find it overdue.
const slack = 100 * time.Millisecond

// do visits a file on a goroutine of its own, because no system lets a visit be
// cut short, and returns when that, ctx or Wait is over.
func (r *Reader) do(ctx context.Context, path string, look func() answer) answer {
	ctx, cancel := context.WithTimeout(ctx, Wait)
	defer cancel()
	late := answer{err: &Error{path: path, cause: ErrHangs}}
	release, ok := r.enter(ctx, path)
	if !ok {
		return late
	}
	v := r.begin(path)
	done := make(chan answer, 1)
	go func() {
		got := look()
		r.end(v)
		release()
		done <- got
	}()
	select {
	case got := <-done:
		return got
	case <-ctx.Done():
		return late
	}
}

// visit is one that has not ended yet.
type visit struct {
	path  string
	began time.Time
}

func (r *Reader) begin(path string) *visit {
	v := &visit{path: path, began: time.Now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.visits[v] = true
	return v
}

func (r *Reader) end(v *visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.visits, v)
}

// hangs reports whether a visit would only be the next that waits: one to the
// same file is overdue, or as many as may be of its folder, or of all.
func (r *Reader) hangs(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, here := 0, 0
	for v := range r.visits {
		if time.Since(v.began) < Wait-slack {
			continue
		}
		all++
		if folder(v.path) == folder(path) {
			here++
		}
		if v.path == path {
			return true
		}
	}
	return here >= maxPerFolder || all >= maxReads
}

// enter waits for a turn: the file's, its folder's, and everybody's. It does not
// wait where others wait for their storage.
func (r *Reader) enter(ctx context.Context, path string) (release func(), ok bool) {
	if r.hangs(path) || ctx.Err() != nil {
		return nil, false
	}
	var left []func()
	release = func() {
		for _, leave := range left {
			leave()
		}
	}
	for _, queue := range []struct {
		name string
		size int
	}{{"file " + path, 1}, {"folder " + folder(path), maxPerFolder}, {"all", maxReads}} {
		place := r.place(queue.name, queue.size)
		select {
		case place.taken <- struct{}{}:
			left = append(left, func() { <-place.taken; r.leave(queue.name) })
		case <-ctx.Done():
			r.leave(queue.name)
			release()
			return nil, false
		}
	}
	return release, true
}

// place is what visits queue for, as long as anybody does.
type place struct {
	taken chan struct{}
	users int
}

func (r *Reader) place(name string, size int) *place {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.places[name]
	if !ok {
		p = &place{taken: make(chan struct{}, size)}
		r.places[name] = p
	}
	p.users++
	return p
}

func (r *Reader) leave(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.places[name]
	if p.users--; p.users == 0 {
		delete(r.places, name)
	}
}

func folder(path string) string { return filepath.Dir(path) }

package files

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"
)

// answer is the result of a visit to a file.
type answer struct {
	content []byte
	mode    fs.FileMode
	paths   []string
	err     error
}

// slack makes a visit count as overdue slightly before its caller gives up.
const slack = 100 * time.Millisecond

// do runs look in a goroutine of its own, because no system can interrupt it,
// and returns when it ends, ctx is done or Wait has passed.
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

// visit is a file operation that has not ended yet.
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

// hangs reports whether a new visit would probably hang too: one to the same
// file is overdue, or the maximum number in its folder or overall are.
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

// enter acquires a slot for the file, its folder and all files together. It
// fails at once where other visits already hang.
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

// place is a semaphore with a count of its users.
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

package collector

import (
	"sync"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// Rendered keeps what is shown of one account as ready bytes, in each format
// that was asked for. The exports and the account's state are kept apart: most
// refreshes change nothing of the exports, and every one the state. Exports are
// made anew when a refresh has changed them, and when the clock passes a moment
// at which something changes by itself; a scrape in between adds only the ages.
// It is safe for concurrent use. The zero value is empty.
type Rendered struct {
	mu      sync.Mutex
	formats [formats]rendered
	// packed is the compressed form of the last answers that began with this
	// account.
	packed [formats]*packed
}

// rendered is an account in one format.
type rendered struct{ exports, state *block }

// block is one part of an account in one format. It is immutable once made, as
// long as anybody uses it.
type block struct {
	// users is how many answers show it; Rendered's lock guards it.
	users int
	// view and apiVersion are what it was made from.
	view       account.View
	apiVersion uint64
	// made and until bound the scrapes that it is right for, until excluded;
	// a zero until is for ever.
	made, until time.Time

	// ready are the samples by metric.
	ready [ids][]byte
	// opened are the samples of age without their values, one after another.
	opened []byte
	aged   []aged
}

// aged is one sample of age: where it ends in block.opened, and since when.
type aged struct {
	end   int
	since time.Time
}

// of returns an account in a format. It is used until it is given to done.
func (r *Rendered) of(a *Account, f format) rendered {
	version := uint64(0)
	if a.API != nil {
		a.API.mu.Lock()
		version = a.API.version
		a.API.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := &r.formats[f]
	if b := kept.exports; !b.fits(&a.View) || !b.view.SameExports(&a.View) {
		kept.exports = nil // in case of a panic
		fresh := b.next(&a.View)
		fresh.until = nextChange(&a.View)
		a.emitExports(&writer{block: fresh, encoding: f.encoding(), table: theTable[:]})
		kept.exports = fresh
	}
	if b := kept.state; !b.fits(&a.View) || b.apiVersion != version || !b.view.Same(&a.View) {
		kept.state = nil
		fresh := b.next(&a.View)
		fresh.apiVersion = version
		a.emitState(&writer{block: fresh, encoding: f.encoding(), table: theTable[:]})
		kept.state = fresh
	}
	kept.exports.users++
	kept.state.users++
	return *kept
}

// done ends the use of what of returned.
func (r *Rendered) done(used rendered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	used.exports.users--
	used.state.users--
}

// next returns an empty block in place of another, which may be nil. What is
// made next is about as large as what it replaces, and takes its memory where
// nobody uses that any more.
func (b *block) next(view *account.View) *block {
	fresh := &block{view: *view, made: view.Now}
	if b == nil {
		return fresh
	}
	for at := range b.ready {
		fresh.ready[at] = successor(b.ready[at], b.users == 0)
	}
	fresh.opened = successor(b.opened, b.users == 0)
	fresh.aged = successor(b.aged, b.users == 0)
	return fresh
}

// successor is an empty list in place of another, in its memory if that is free
// and no more than twice what was needed.
func successor[T any](last []T, free bool) []T {
	if free && cap(last) <= 2*len(last) {
		return last[:0]
	}
	return make([]T, 0, len(last)+len(last)/16)
}

// fits reports whether there is a block that is right at the view's moment, if
// nothing else has changed.
func (b *block) fits(view *account.View) bool {
	return b != nil && !view.Now.Before(b.made) && (b.until.IsZero() || view.Now.Before(b.until))
}

// nextChange is the first moment at which something but an age changes without
// a refresh: a report expires, or becomes too old to be listed. Staleness and
// the end of a wait change the view itself.
func nextChange(view *account.View) time.Time {
	var first time.Time
	consider := func(t time.Time) {
		if t.After(view.Now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	for i := range view.Sources {
		if view.Sources[i].Snapshot == nil {
			continue
		}
		list := view.Sources[i].Snapshot.Reports
		for j := range list {
			r := &list[j]
			current := r.StatusAt(view.Now)
			if r.ExpiryEndsReady && current == provider.StatusReady {
				consider(r.Expires)
			}
			if finished := r.FinishedAt(); current.Finished() && !finished.IsZero() {
				consider(finished.Add(view.Policy.MaxAge + 1))
			}
		}
	}
	return first
}

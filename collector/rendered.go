package collector

import (
	"sync"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// Rendered keeps what is shown of one account as ready bytes, in each format
// that was asked for. They are made anew when a refresh or a call has changed
// something, and when the clock passes a moment at which something changes by
// itself; a scrape in between adds only the ages. It is safe for concurrent
// use. The zero value is empty.
type Rendered struct {
	mu      sync.Mutex
	formats [formats]*block
}

// block is one account in one format. It is immutable once made.
type block struct {
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

// of returns the block of an account in a format.
func (r *Rendered) of(a *Account, f format) *block {
	version := uint64(0)
	if a.API != nil {
		a.API.mu.Lock()
		version = a.API.version
		a.API.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if b := r.formats[f]; b != nil && b.fits(&a.View, version) {
		return b
	}
	b := &block{view: a.View, apiVersion: version, made: a.View.Now, until: nextChange(&a.View)}
	if last := r.formats[f]; last != nil {
		// What is made next is about as large as what it replaces.
		for at := range last.ready {
			b.ready[at] = make([]byte, 0, len(last.ready[at])+len(last.ready[at])/16)
		}
		b.opened = make([]byte, 0, len(last.opened)+len(last.opened)/16)
		b.aged = make([]aged, 0, len(last.aged)+len(last.aged)/16)
	}
	a.emit(&writer{block: b, encoding: f.encoding(), table: theTable[:]})
	r.formats[f] = b
	return b
}

// fits reports whether the block shows the account as it is in the view.
func (b *block) fits(view *account.View, apiVersion uint64) bool {
	outlived := !b.until.IsZero() && !view.Now.Before(b.until)
	return b.apiVersion == apiVersion && !view.Now.Before(b.made) && !outlived && b.view.Same(view)
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

package main

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// examples is how many details are kept of one kind of finding.
const examples = 3

// findings collects the promises that were broken. The zero value is ready to
// use, by any goroutine.
type findings struct {
	mu    sync.Mutex
	kinds map[string]*finding
}

type finding struct {
	count   int
	details []string
}

// add notes that a promise was broken, and how.
func (f *findings) add(promise, format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kinds == nil {
		f.kinds = make(map[string]*finding)
	}
	kind, ok := f.kinds[promise]
	if !ok {
		kind = &finding{}
		f.kinds[promise] = kind
	}
	kind.count++
	if len(kind.details) < examples {
		kind.details = append(kind.details, fmt.Sprintf(format, args...))
	}
}

// list returns one text per broken promise, in a fixed order.
func (f *findings) list() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var texts []string
	for _, promise := range slices.Sorted(maps.Keys(f.kinds)) {
		kind := f.kinds[promise]
		text := fmt.Sprintf("%s (%d times)", promise, kind.count)
		for _, detail := range kind.details {
			text += "\n    " + detail
		}
		texts = append(texts, text)
	}
	return texts
}

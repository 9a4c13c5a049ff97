package exposition

import (
	"cmp"
	"slices"
	"time"
)

// writer is the Sampler that fills a block. It sorts labels by name, as client_golang
// does, so that a whole line can be searched for.
type writer struct {
	block    *block
	encoding encoding
	families []Family

	// begun holds the labels of Begin, added the further labels of one sample, and
	// sorted all of them.
	begun, added, sorted []label
	joined               []byte // of begun
	labels               []byte // of the current sample
}

// label is a label and its encoded form.
type label struct {
	name    string
	encoded []byte
}

func byName(a, b label) int { return cmp.Compare(a.name, b.name) }

// Begin implements Sampler.
func (w *writer) Begin(names []string, values ...string) {
	w.begun = w.begun[:0]
	w.joined = w.joined[:0]
	for i, name := range names {
		w.begun = w.put(w.begun, name, values[i])
	}
	slices.SortFunc(w.begun, byName)
	for i := range w.begun {
		w.joined = append(w.joined, w.begun[i].encoded...)
	}
}

// put appends an encoded label. It reuses the memory of an earlier label if possible.
func (w *writer) put(to []label, name, value string) []label {
	var memory []byte
	if len(to) < cap(to) {
		memory = to[:len(to)+1][len(to)].encoded[:0]
	}
	return append(to, label{name, w.encoding.label(memory, name, value)})
}

// Sample implements Sampler.
func (w *writer) Sample(at ID, value float64, more Extra) {
	m := &w.families[at]
	names := m.Labels[len(w.begun):]
	labels := w.joined
	switch {
	case len(names) == 0:
	case len(names) == 1 && names[0] > w.begun[len(w.begun)-1].name:
		w.labels = append(w.labels[:0], w.joined...)
		w.labels = w.encoding.label(w.labels, names[0], more[0])
		labels = w.labels
	default:
		labels = w.merged(names, more)
	}
	to := w.encoding.open(w.block.encoded[at], m, labels)
	w.block.encoded[at] = w.encoding.close(to, m, value)
}

// merged returns the sorted labels of Begin and of one sample. It is needed only for
// the few samples whose own labels sort before those of Begin.
func (w *writer) merged(names []string, more Extra) []byte {
	w.added = w.added[:0]
	for i, name := range names {
		w.added = w.put(w.added, name, more[i])
	}
	w.sorted = append(append(w.sorted[:0], w.begun...), w.added...)
	slices.SortFunc(w.sorted, byName)
	w.labels = w.labels[:0]
	for i := range w.sorted {
		w.labels = append(w.labels, w.sorted[i].encoded...)
	}
	return w.labels
}

// Aged implements Sampler.
func (w *writer) Aged(at ID, since time.Time) {
	w.block.opened = w.encoding.open(w.block.opened, &w.families[at], w.joined)
	w.block.aged = append(w.block.aged, aged{end: len(w.block.opened), since: since})
}

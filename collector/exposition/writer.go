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
	joined               span // of begun, in block.labels
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
	for i, name := range names {
		w.begun = w.put(w.begun, name, values[i])
	}
	slices.SortFunc(w.begun, byName)
	w.joined = w.join(w.begun)
}

// put appends an encoded label. It reuses the memory of an earlier label if possible.
func (w *writer) put(to []label, name, value string) []label {
	var memory []byte
	if len(to) < cap(to) {
		memory = to[:len(to)+1][len(to)].encoded[:0]
	}
	return append(to, label{name, w.encoding.label(memory, name, value)})
}

// join adds labels to the block.
func (w *writer) join(labels []label) span {
	begin := len(w.block.labels)
	for i := range labels {
		w.block.labels = append(w.block.labels, labels[i].encoded...)
	}
	return spanOf(begin, len(w.block.labels))
}

// spanOf returns a span of a block, which has far less than 4 GiB.
func spanOf(begin, end int) span {
	return span{uint32(begin), uint32(end)} //nolint:gosec // see above
}

// Sample implements Sampler.
func (w *writer) Sample(at ID, value float64, more Extra) {
	m := &w.families[at]
	names := m.Labels[len(w.begun):]
	labels, begin := w.joined, len(w.block.tails)
	switch {
	case len(names) == 0:
	case len(names) == 1 && names[0] > w.begun[len(w.begun)-1].name:
		w.block.tails = w.encoding.label(w.block.tails, names[0], more[0])
	default:
		labels = w.merged(names, more)
	}
	w.block.tails = w.encoding.close(w.block.tails, m, value)
	w.block.samples[at] = append(w.block.samples[at], sample{labels, spanOf(begin, len(w.block.tails))})
}

// merged adds the sorted labels of Begin and of one sample. It is needed only for the
// few samples whose own labels sort before those of Begin.
func (w *writer) merged(names []string, more Extra) span {
	w.added = w.added[:0]
	for i, name := range names {
		w.added = w.put(w.added, name, more[i])
	}
	w.sorted = append(append(w.sorted[:0], w.begun...), w.added...)
	slices.SortFunc(w.sorted, byName)
	return w.join(w.sorted)
}

// Aged implements Sampler.
func (w *writer) Aged(_ ID, since time.Time) {
	w.block.aged = append(w.block.aged, aged{w.joined, since})
}

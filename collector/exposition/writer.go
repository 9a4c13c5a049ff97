package exposition

import (
	"cmp"
	"slices"
	"time"
)

// writer is the Sampler that collects the content of a block. It sorts labels by name,
// as client_golang does, so that a whole line can be searched for.
type writer struct {
	encoding encoding
	families []Family

	labels, tails []byte
	samples       []familySample
	aged          []aged

	// begun holds the labels of Begin, added the further labels of one sample, and
	// sorted all of them.
	begun, added, sorted []label
	joined               span // of begun, in labels
}

// familySample is a sample and its family.
type familySample struct {
	at ID
	sample
}

// label is a label and its encoded form.
type label struct {
	name    string
	encoded []byte
}

func byName(a, b label) int { return cmp.Compare(a.name, b.name) }

// reset prepares the writer for a new block, and keeps its memory.
func (w *writer) reset(e encoding, families []Family) {
	w.encoding, w.families = e, families
	w.labels, w.tails, w.samples, w.aged = w.labels[:0], w.tails[:0], w.samples[:0], w.aged[:0]
}

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
	begin := len(w.labels)
	for i := range labels {
		w.labels = append(w.labels, labels[i].encoded...)
	}
	return spanOf(begin, len(w.labels))
}

// spanOf returns a span of a block, which has far less than 4 GiB.
func spanOf(begin, end int) span {
	return span{uint32(begin), uint32(end)} //nolint:gosec // see above
}

// Sample implements Sampler.
func (w *writer) Sample(at ID, value float64, more Extra) {
	m := &w.families[at]
	names := m.Labels[len(w.begun):]
	labels, begin := w.joined, len(w.tails)
	switch {
	case len(names) == 0:
	case len(names) == 1 && names[0] > w.begun[len(w.begun)-1].name:
		w.tails = w.encoding.label(w.tails, names[0], more[0])
	default:
		labels = w.merged(names, more)
	}
	w.tails = w.encoding.close(w.tails, m, value)
	w.samples = append(w.samples, familySample{at, sample{labels, spanOf(begin, len(w.tails))}})
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
	w.aged = append(w.aged, aged{w.joined, since})
}

// byFamily returns the samples by family, and where those of each family end.
func (w *writer) byFamily() (sorted []sample, ends []uint32) {
	ends = make([]uint32, len(w.families))
	for i := range w.samples {
		ends[w.samples[i].at]++
	}
	next := make([]uint32, len(ends)) // where the next sample of a family belongs
	for at := 1; at < len(ends); at++ {
		next[at] = ends[at-1]
		ends[at] += ends[at-1]
	}
	sorted = make([]sample, len(w.samples))
	for i := range w.samples {
		each := &w.samples[i]
		sorted[next[each.at]] = each.sample
		next[each.at]++
	}
	return sorted, ends
}

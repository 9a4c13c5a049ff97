package exposition

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

// block holds one part of a group in one format. It is immutable. Most samples of an
// export have the same labels, so a block holds these only once and is several times
// smaller than what is written.
type block struct {
	// from is the data that the block was made from.
	from any
	// The block is valid for scrapes from made until before until. A zero until means
	// forever.
	made, until time.Time

	// labels and tails hold the bytes that the samples refer to.
	labels, tails []byte
	// samples holds the samples of the first family, then those of the second, and so
	// on, up to the ends.
	samples []sample
	ends    []uint32
	// aged holds the samples of the aged family, whose values differ in every scrape.
	aged []aged
}

// span is a part of a slice.
type span struct{ begin, end uint32 }

func (s span) of(b []byte) []byte { return b[s.begin:s.end] }
func (s span) len() int           { return int(s.end - s.begin) }

// sample is an encoded sample: labels, which other samples may share, and the rest.
type sample struct{ labels, tail span }

// aged is a sample of the aged family: its labels, and the time from which its age
// counts.
type aged struct {
	labels span
	since  time.Time
}

// of returns the samples of a family.
func (b *block) of(at ID) []sample {
	if at == 0 {
		return b.samples[:b.ends[0]]
	}
	return b.samples[b.ends[at-1]:b.ends[at]]
}

// valid reports whether the block is valid at the given time if its data did not change.
func (b *block) valid(now time.Time) bool {
	return b != nil && !now.Before(b.made) && (b.until.IsZero() || now.Before(b.until))
}

// memory returns about how many bytes the block takes.
func (b *block) memory() int {
	const perSample, perAged = 16, 32
	return len(b.labels) + len(b.tails) + perSample*len(b.samples) + perAged*len(b.aged)
}

// current returns b if it is still valid, and otherwise a new block. b may be nil.
func (b *block) current(p Part, f Format, families []Family, now time.Time) *block {
	if b.valid(now) && p.Same(b.from) {
		return b
	}
	return encode(p, f, families, now)
}

// encode returns a new block.
func encode(p Part, f Format, families []Family, now time.Time) *block {
	w, _ := blockWriters.Get().(*writer)
	defer blockWriters.Put(w)
	w.reset(f.encoding, families)
	from, until := p.Write(w)
	b := &block{from: from, made: now, until: until, labels: bytes.Clone(w.labels), tails: bytes.Clone(w.tails), aged: slices.Clone(w.aged)}
	b.samples, b.ends = w.byFamily()
	return b
}

// blockWriters hold memory for about one block each.
var blockWriters = sync.Pool{New: func() any { return new(writer) }}

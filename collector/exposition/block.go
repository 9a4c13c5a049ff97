package exposition

import "time"

// block holds one part of a group in one format. It is immutable as long as it is in
// use. Most samples of an export have the same labels, so a block holds these only once
// and is several times smaller than what is written.
type block struct {
	// users is the number of outputs that use the block. The cache's lock guards it.
	users int
	// from marks the data that the block was made from.
	from any
	// The block is valid for scrapes from made until before until. A zero until means
	// forever.
	made, until time.Time

	// labels and tails hold the bytes that the samples refer to.
	labels, tails []byte
	// samples holds the samples by family.
	samples [][]sample
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

// valid reports whether the block is valid at the given time if its data did not change.
func (b *block) valid(now time.Time) bool {
	return b != nil && !now.Before(b.made) && (b.until.IsZero() || now.Before(b.until))
}

// memory returns about how many bytes the block takes.
func (b *block) memory() int {
	const perSample, perAged = 16, 32
	size := len(b.labels) + len(b.tails) + perAged*len(b.aged)
	for at := range b.samples {
		size += perSample * len(b.samples[at])
	}
	return size
}

// current returns b if it is still valid and has the same format, and otherwise a new
// block. b may be nil.
func (b *block) current(p Part, same bool, f Format, families []Family, now time.Time) *block {
	if same && b.valid(now) && p.Same(b.from) {
		return b
	}
	fresh := b.successor(len(families))
	fresh.made = now
	fresh.from, fresh.until = p.Write(&writer{block: fresh, encoding: f.encoding, families: families})
	return fresh
}

// successor returns an empty block to replace b, which may be nil. The new block will be
// about as large as b, and reuses its memory if b is not in use.
func (b *block) successor(families int) *block {
	fresh := &block{samples: make([][]sample, families)}
	if b == nil {
		return fresh
	}
	free := b.users == 0
	for at := range b.samples {
		fresh.samples[at] = room(b.samples[at], free)
	}
	fresh.labels, fresh.tails, fresh.aged = room(b.labels, free), room(b.tails, free), room(b.aged, free)
	return fresh
}

// room returns an empty slice to replace last. It reuses the memory if that is free and
// at most twice as large as needed.
func room[T any](last []T, free bool) []T {
	if free && cap(last) <= 2*len(last) {
		return last[:0]
	}
	return make([]T, 0, len(last)+len(last)/16)
}

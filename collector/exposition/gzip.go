package exposition

import (
	"encoding/binary"
	"io"
	"slices"
	"sync"
	"weak"

	"github.com/klauspost/compress/flate"
)

// WriteGzip is like Write, but writes a gzip stream. What did not change since the last
// such scrape of the same groups is not compressed again: deflate works in blocks, and
// those of an unchanged part can be reused. The stream has a single member, because not
// every client reads more.
func (o *Output) WriteGzip(w io.Writer) error {
	m := &gzipMember{to: w}
	m.deflate, _ = deflaters.Get().(*flate.Writer)
	defer func() {
		m.deflate.Reset(nil) // the pool must not retain the request
		deflaters.Put(m.deflate)
	}()
	// The header says that the modification time is unknown and that the fastest
	// algorithm was used.
	if _, err := w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255}); err != nil {
		return err
	}
	kept := o.compressed()
	for _, write := range []func() error{
		func() error { return m.addKept(&kept.before, o.beforeAges) },
		func() error { return m.add(o.ages) },
		func() error { return m.addKept(&kept.after, o.afterAges) },
		func() error { return m.add(o.rests, o.end) },
		m.end,
	} {
		if err := write(); err != nil {
			return err
		}
	}
	if len(o.from) > 0 {
		o.from[0].keep(kept)
	}
	return nil
}

// compressed is the compressed form of the part of an answer that mostly stays the same.
// It is immutable once it is in a cache.
type compressed struct {
	// blocks holds the blocks of the answer, without keeping them in memory.
	blocks        []weak.Pointer[block]
	before, after run
}

// run is a sequence of whole deflate blocks. Its memory is not contiguous, so that it
// grows without copies.
type run struct {
	pieces [][]byte
	sum    checksum // of the content
}

// Write implements io.Writer.
func (r *run) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		last := len(r.pieces) - 1
		if last < 0 || len(r.pieces[last]) == cap(r.pieces[last]) {
			size := 4 << 10
			if last >= 0 {
				size = min(2*cap(r.pieces[last]), 256<<10)
			}
			r.pieces = append(r.pieces, make([]byte, 0, size))
			last++
		}
		to := &r.pieces[last]
		n := min(cap(*to)-len(*to), len(p))
		*to = append(*to, p[:n]...)
		p = p[n:]
	}
	return written, nil
}

// compressed returns the cached form of an answer with the same steady blocks, or an
// empty one.
func (o *Output) compressed() *compressed {
	fresh := &compressed{blocks: make([]weak.Pointer[block], len(o.steady))}
	for i, b := range o.steady {
		fresh.blocks[i] = weak.Make(b)
	}
	if len(o.from) == 0 {
		return fresh
	}
	c := o.from[0]
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := c.compressed; last != nil && slices.Equal(last.blocks, fresh.blocks) {
		return last
	}
	return fresh
}

func (c *Cache) keep(p *compressed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.compressed = p
}

// gzipMember writes the content of a gzip member as independent runs.
type gzipMember struct {
	to      io.Writer
	deflate *flate.Writer
	sum     checksum
}

// deflaters take 1 MiB each. For the choice of their level, see docs/performance.md.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a valid constant
	}
	return w
}}

// add compresses what the parts write.
func (m *gzipMember) add(parts ...func(*buffer)) error {
	sum, err := m.compress(m.to, parts...)
	m.sum = m.sum.then(sum)
	return err
}

// addKept adds a run, or creates it first.
func (m *gzipMember) addKept(kept *run, part func(*buffer)) error {
	if kept.pieces == nil {
		var made run
		var err error
		if made.sum, err = m.compress(&made, part); err != nil {
			return err
		}
		*kept = made
	}
	m.sum = m.sum.then(kept.sum)
	for _, each := range kept.pieces {
		if err := writeShared(m.to, each); err != nil {
			return err
		}
	}
	return nil
}

func (m *gzipMember) compress(to io.Writer, parts ...func(*buffer)) (checksum, error) {
	m.deflate.Reset(to)
	counted := &summed{to: m.deflate}
	if err := buffered(counted, parts...); err != nil {
		return checksum{}, err
	}
	return counted.sum, m.deflate.Flush() //nolint:wrapcheck // up to a whole byte; the caller adds what was tried
}

// end writes an empty final block and the trailer of the member.
func (m *gzipMember) end() error {
	last := []byte{3, 0}
	last = binary.LittleEndian.AppendUint32(last, m.sum.crc)
	last = binary.LittleEndian.AppendUint32(last, uint32(m.sum.size)) //nolint:gosec // modulo 2^32 by definition
	_, err := m.to.Write(last)
	return err
}

// writeShared writes bytes that never change. A writer that keeps what is written until
// later need not copy them.
func writeShared(w io.Writer, p []byte) error {
	if to, ok := w.(interface{ WriteShared(p []byte) error }); ok {
		return to.WriteShared(p)
	}
	_, err := w.Write(p)
	return err
}

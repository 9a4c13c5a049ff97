package exposition

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"sync"
	"time"
	"weak"

	"github.com/klauspost/compress/flate"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// RenderGzip is like Render, but writes a gzip stream. What did not change since the
// last such scrape of the same groups is not compressed again: deflate works in blocks,
// and those of an unchanged part can be reused. The stream has a single member, because
// not every client reads more.
func (r *Renderer) RenderGzip(w io.Writer, f Format, now time.Time, groups []Group, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	s := r.newOutput(f, now, groups)
	defer s.release(w)
	p := &gzipMember{to: w}
	p.deflate, _ = deflaters.Get().(*flate.Writer)
	defer func() {
		p.deflate.Reset(nil) // the pool must not retain the request
		deflaters.Put(p.deflate)
	}()
	// The header says that the modification time is unknown and that the fastest
	// algorithm was used.
	if _, err := w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255}); err != nil {
		return err
	}
	kept := s.compressed()
	for _, write := range []func() error{
		func() error { return p.writeCached(&kept.before, s.beforeAges) },
		func() error { return p.compress(w, s.ages) },
		func() error { return p.writeCached(&kept.after, s.afterAges) },
		func() error { return p.compress(w, s.rests) },
		func() error {
			return p.compress(w, func(out io.Writer) error { return encode(out, f.negotiated, others, options...) })
		},
		p.end,
	} {
		if err := write(); err != nil {
			return err
		}
	}
	if len(s.from) > 0 {
		s.from[0].keep(f, kept)
	}
	return nil
}

// compressed is the compressed form of the part of an answer that mostly stays the same.
// It is immutable once it is in a cache.
type compressed struct {
	// blocks holds the blocks of the answer, without keeping them in memory.
	blocks        []weak.Pointer[block]
	before, after []byte
}

// compressed returns the cached form of an answer with the same steady blocks, or an
// empty one.
func (s *output) compressed() *compressed {
	fresh := &compressed{blocks: make([]weak.Pointer[block], len(s.steady))}
	for i, b := range s.steady {
		fresh.blocks[i] = weak.Make(b)
	}
	if len(s.from) == 0 {
		return fresh
	}
	c := s.from[0]
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := c.compressed[s.format.at]; last != nil && slices.Equal(last.blocks, fresh.blocks) {
		return last
	}
	return fresh
}

func (c *Cache) keep(f Format, p *compressed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.compressed[f.at] = p
}

// gzipMember writes the content of a gzip member as independent runs of deflate blocks.
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

// compress compresses what write produces.
func (p *gzipMember) compress(to io.Writer, write func(io.Writer) error) error {
	p.deflate.Reset(to)
	p.sum.to = p.deflate
	if err := buffered(&p.sum, write); err != nil {
		return err
	}
	return p.deflate.Flush() //nolint:wrapcheck // up to a whole byte; the caller adds what was tried
}

// writeCached writes a cached run, or creates it first.
func (p *gzipMember) writeCached(run *[]byte, write func(io.Writer) error) error {
	if *run == nil {
		var made bytes.Buffer
		if err := p.compress(&made, write); err != nil {
			return err
		}
		*run = bytes.Clone(made.Bytes())
	} else {
		p.sum.to = io.Discard
		if err := write(&p.sum); err != nil {
			return err
		}
	}
	_, err := writeShared(p.to, *run) // nothing overwrites a run
	return err
}

// end writes an empty final block and the trailer of the member.
func (p *gzipMember) end() error {
	last := []byte{3, 0}
	last = binary.LittleEndian.AppendUint32(last, p.sum.crc)
	last = binary.LittleEndian.AppendUint32(last, p.sum.size)
	_, err := p.to.Write(last)
	return err
}

// checksum forwards what is written and computes the checksum and size for gzip.
type checksum struct {
	to        io.Writer
	crc, size uint32
}

// Write implements io.Writer.
func (c *checksum) Write(p []byte) (int, error) {
	c.crc = crc32.Update(c.crc, crc32.IEEETable, p)
	c.size += uint32(len(p)) //nolint:gosec // modulo 2^32 by definition
	return c.to.Write(p)
}

package exposition

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// Renderer writes groups of samples. It is immutable and safe for concurrent use.
type Renderer struct {
	families []Family
	// aged is the index of the aged family, or len(families).
	aged ID
}

// NewRenderer returns a renderer of the given families. An ID is an index into them. At
// most one family may be aged.
func NewRenderer(families []Family) *Renderer {
	aged := slices.IndexFunc(families, func(f Family) bool { return f.Aged })
	if aged < 0 {
		aged = len(families)
	}
	return &Renderer{families: families, aged: ID(aged)}
}

// Render writes the groups as of time now, and the families of others (those of the
// process). What did not change since the last scrape is not rendered again, nor copied
// if w has WriteShared. The options apply to the families of others in OpenMetrics.
func (r *Renderer) Render(w io.Writer, f Format, now time.Time, groups []Group, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	s := r.newOutput(f, now, groups)
	defer s.release(w)
	return buffered(w, func(out io.Writer) error {
		for _, write := range []func(io.Writer) error{s.beforeAges, s.ages, s.afterAges, s.rests} {
			if err := write(out); err != nil {
				return err
			}
		}
		return encode(out, f.negotiated, others, options...)
	})
}

// sharer is a writer that may keep immutable bytes without copying them, until it calls
// the functions passed to WhenDone. It needs no buffer.
type sharer interface {
	io.Writer
	WriteShared(p []byte) (kept bool, err error)
	WhenDone(release func())
}

// writeShared writes bytes that do not change, and reports whether the writer kept them.
func writeShared(out io.Writer, p []byte) (kept bool, err error) {
	if to, ok := out.(sharer); ok {
		return to.WriteShared(p)
	}
	_, err = out.Write(p)
	return false, err
}

// buffered calls write with a buffered writer.
func buffered(w io.Writer, write func(io.Writer) error) error {
	if to, ok := w.(sharer); ok {
		if err := write(to); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
	out, _ := writers.Get().(*bufio.Writer)
	out.Reset(w)
	defer func() {
		out.Reset(nil) // the pool must not retain the request
		writers.Put(out)
	}()
	if err := write(out); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// writers holds the buffers between rendering and compression.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// encode writes the families of others and the end of the answer.
func encode(out io.Writer, negotiated expfmt.Format, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	encoder := expfmt.NewEncoder(out, negotiated, options...)
	for _, family := range others {
		if err := encoder.Encode(family); err != nil {
			return err
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		return closer.Close() // writes the last line of OpenMetrics
	}
	return nil
}

// output is an answer in progress. It is written in four parts, of which the first and
// the third are mostly the same as in the last scrape.
type output struct {
	*Renderer
	format       Format
	now          time.Time
	steady, rest []*block
	// from holds the caches of the blocks.
	from []*Cache
	// kept says for each cache whether the writer kept bytes of its blocks.
	kept []bool
}

func (r *Renderer) newOutput(f Format, now time.Time, groups []Group) *output {
	s := &output{Renderer: r, format: f, now: now}
	for i := range groups {
		kept := groups[i].Cache
		if kept == nil {
			kept = &Cache{}
		}
		group := kept.get(&groups[i], f, r.families, now)
		s.steady, s.rest, s.from = append(s.steady, group.steady), append(s.rest, group.rest), append(s.from, kept)
	}
	s.kept = make([]bool, len(s.from))
	return s
}

// release returns the blocks to their caches: those that the writer kept when it is done
// with them, all others at once.
func (s *output) release(w io.Writer) {
	var later []int
	for i := range s.from {
		if s.kept[i] {
			later = append(later, i)
			continue
		}
		s.releaseAt(i)
	}
	if to, ok := w.(sharer); ok && len(later) > 0 {
		to.WhenDone(func() {
			for _, i := range later {
				s.releaseAt(i)
			}
		})
	}
}

func (s *output) releaseAt(i int) { s.from[i].release(encodedGroup{s.steady[i], s.rest[i]}) }

func (s *output) beforeAges(out io.Writer) error { return s.writeFamilies(out, s.steady, 0, s.aged) }

func (s *output) afterAges(out io.Writer) error {
	return s.writeFamilies(out, s.steady, s.aged+1, ID(len(s.families)))
}

func (s *output) rests(out io.Writer) error {
	return s.writeFamilies(out, s.rest, 0, ID(len(s.families)))
}

// writeFamilies writes the headers of a range of families, each followed by the samples
// of all blocks.
func (s *output) writeFamilies(out io.Writer, blocks []*block, from, to ID) error {
	var header []byte
	for at := from; at < to; at++ {
		size := 0
		for _, b := range blocks {
			size += len(b.encoded[at])
		}
		if size == 0 {
			continue
		}
		header = s.format.encoding.header(header[:0], &s.families[at], size)
		if _, err := out.Write(header); err != nil {
			return err
		}
		for i, b := range blocks {
			kept, err := writeShared(out, b.encoded[at])
			if err != nil {
				return err
			}
			s.kept[i] = s.kept[i] || kept
		}
	}
	return nil
}

// ages writes the only samples of the steady blocks that differ in every scrape.
func (s *output) ages(out io.Writer) error {
	encoding := s.format.encoding
	size := 0
	for _, b := range s.steady {
		size += len(b.opened) + len(b.aged)*encoding.closing()
	}
	if size == 0 {
		return nil
	}
	line := encoding.header(nil, &s.families[s.aged], size)
	if _, err := out.Write(line); err != nil {
		return err
	}
	for _, b := range s.steady {
		begin := 0
		for _, each := range b.aged {
			line = append(line[:0], b.opened[begin:each.end]...)
			line = encoding.close(line, &s.families[s.aged], Age(each.since, s.now))
			if _, err := out.Write(line); err != nil {
				return err
			}
			begin = each.end
		}
	}
	return nil
}

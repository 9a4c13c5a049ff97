package collector

import (
	"bufio"
	"fmt"
	"io"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// format is one of the formats that Render writes.
type format int

// The formats, as indexes.
const (
	formatText format = iota
	formatOpenMetrics
	formatProtobuf
	formats // how many there are
)

func (f format) encoding() encoding {
	switch f {
	case formatOpenMetrics:
		return text{openMetrics: true}
	case formatProtobuf:
		return protobuf{}
	default:
		return text{}
	}
}

// CanRender reports whether Render writes a format. Those that it does not,
// nobody asks for but debuggers.
func CanRender(negotiated expfmt.Format) bool {
	_, ok := formatOf(negotiated)
	return ok
}

func formatOf(negotiated expfmt.Format) (format, bool) {
	switch negotiated.FormatType() {
	case expfmt.TypeTextPlain:
		return formatText, true
	case expfmt.TypeOpenMetrics:
		return formatOpenMetrics, true
	case expfmt.TypeProtoDelim:
		return formatProtobuf, true
	default:
		return 0, false
	}
}

// Render writes what a Collector of the accounts shows, and the families of
// others (the process) beside it, in a negotiated format. It is the fast door:
// what did not change since the last scrape is not made again, nor copied if w
// has WriteShared. Options are for the families of others in OpenMetrics.
func Render(w io.Writer, negotiated expfmt.Format, accounts []Account, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	s, err := show(negotiated, accounts)
	if err != nil {
		return err
	}
	defer s.shownBy(w)()
	return buffered(w, func(out io.Writer) error {
		for _, write := range []func(io.Writer) error{s.beforeAges, s.ages, s.afterAges, s.states} {
			if err := write(out); err != nil {
				return err
			}
		}
		return encode(out, negotiated, others, options...)
	})
}

// sharer is a writer that may keep bytes which do not change, in place of a copy
// of them, until it calls what WhenDone was given. It needs no buffer before it.
type sharer interface {
	io.Writer
	WriteShared(p []byte) (int, error)
	WhenDone(release func())
}

// writeShared writes bytes that do not change.
func writeShared(out io.Writer, p []byte) error {
	write := out.Write
	if to, ok := out.(sharer); ok {
		write = to.WriteShared
	}
	_, err := write(p)
	return err
}

// buffered hands on what is written in pieces that are worth a call.
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
		out.Reset(nil) // the pool must not keep the request
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

// writers hold the buffers between the samples and the compression.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// encode writes families of others, and what ends an answer.
func encode(out io.Writer, negotiated expfmt.Format, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	encoder := expfmt.NewEncoder(out, negotiated, options...)
	for _, family := range others {
		if err := encoder.Encode(family); err != nil {
			return err //nolint:wrapcheck // The caller says what was tried.
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		return closer.Close() // OpenMetrics' last line
	}
	return nil
}

// shown is what an answer shows of accounts. It is written in four parts, of
// which the first and the third are mostly what they were at the last scrape.
type shown struct {
	format        format
	exports, rest []*block
	// from is where the blocks come from.
	from []*Rendered
	now  time.Time
}

func show(negotiated expfmt.Format, accounts []Account) (*shown, error) {
	f, ok := formatOf(negotiated)
	if !ok {
		return nil, fmt.Errorf("format %s is not rendered", negotiated)
	}
	s := &shown{format: f}
	for i := range accounts {
		kept := accounts[i].Rendered
		if kept == nil {
			kept = &Rendered{}
		}
		of := kept.of(&accounts[i], f)
		s.exports, s.rest, s.from = append(s.exports, of.exports), append(s.rest, of.state), append(s.from, kept)
		s.now = accounts[i].View.Now
	}
	return s, nil
}

// shownBy gives the blocks back when a writer has done with them. It returns what
// is to be done when all is written.
func (s *shown) shownBy(w io.Writer) (written func()) {
	release := func() {
		for i, each := range s.from {
			each.done(rendered{s.exports[i], s.rest[i]})
		}
	}
	if to, ok := w.(sharer); ok {
		to.WhenDone(release)
		return func() {}
	}
	return release
}

func (s *shown) beforeAges(out io.Writer) error { return s.ready(out, s.exports, 0, aging) }
func (s *shown) afterAges(out io.Writer) error  { return s.ready(out, s.exports, aging+1, ids) }
func (s *shown) states(out io.Writer) error     { return s.ready(out, s.rest, 0, ids) }

// ready writes the headers of some metrics, each with the samples of all blocks.
func (s *shown) ready(out io.Writer, blocks []*block, from, to id) error {
	var header []byte
	for at := from; at < to; at++ {
		size := 0
		for _, b := range blocks {
			size += len(b.ready[at])
		}
		if size == 0 {
			continue
		}
		header = s.format.encoding().header(header[:0], &theTable[at], size)
		if _, err := out.Write(header); err != nil {
			return err
		}
		for _, b := range blocks {
			if err := writeShared(out, b.ready[at]); err != nil {
				return err
			}
		}
	}
	return nil
}

// ages are all that a scrape makes anew of exports.
func (s *shown) ages(out io.Writer) error {
	encoding := s.format.encoding()
	size := 0
	for _, b := range s.exports {
		size += len(b.opened) + len(b.aged)*encoding.closing()
	}
	if size == 0 {
		return nil
	}
	line := encoding.header(nil, &theTable[aging], size)
	if _, err := out.Write(line); err != nil {
		return err
	}
	for _, b := range s.exports {
		begin := 0
		for _, each := range b.aged {
			line = append(line[:0], b.opened[begin:each.end]...)
			line = encoding.close(line, &theTable[aging], sinceSeconds(each.since, s.now))
			if _, err := out.Write(line); err != nil {
				return err
			}
			begin = each.end
		}
	}
	return nil
}

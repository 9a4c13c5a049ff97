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
// what did not change since the last scrape is not made again. Options are for
// the families of others in OpenMetrics.
func Render(w io.Writer, negotiated expfmt.Format, accounts []Account, others []*dto.MetricFamily, options ...expfmt.EncoderOption) error {
	f, ok := formatOf(negotiated)
	if !ok {
		return fmt.Errorf("format %s is not rendered", negotiated)
	}
	out, _ := writers.Get().(*bufio.Writer)
	out.Reset(w)
	defer func() {
		out.Reset(nil) // the pool must not keep the request
		writers.Put(out)
	}()
	blocks := make([]*block, len(accounts))
	for i := range accounts {
		rendered := accounts[i].Rendered
		if rendered == nil {
			rendered = &Rendered{}
		}
		blocks[i] = rendered.of(&accounts[i], f)
	}
	now := time.Time{}
	if len(accounts) > 0 {
		now = accounts[0].View.Now
	}
	if err := renderAccounts(out, f, blocks, now); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	encoder := expfmt.NewEncoder(out, negotiated, options...)
	for _, family := range others {
		if err := encoder.Encode(family); err != nil {
			return fmt.Errorf("encoding: %w", err)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		if err := closer.Close(); err != nil { // OpenMetrics' last line
			return fmt.Errorf("encoding: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// writers hold the buffers between the samples and the compression.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// scratch holds buffers for the ages, which are all that a scrape makes.
var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 256); return &b }}

// renderAccounts writes every metric's header and then the samples of all
// accounts.
func renderAccounts(out *bufio.Writer, f format, blocks []*block, now time.Time) error {
	buffer, _ := scratch.Get().(*[]byte)
	defer scratch.Put(buffer)
	encoding := f.encoding()
	for at := range theTable {
		size := 0
		for _, b := range blocks {
			size += len(b.ready[at])
			if theTable[at].Aged {
				size += len(b.opened) + len(b.aged)*encoding.closing()
			}
		}
		if size == 0 {
			continue
		}
		*buffer = encoding.header((*buffer)[:0], &theTable[at], size)
		if _, err := out.Write(*buffer); err != nil {
			return err
		}
		for _, b := range blocks {
			if _, err := out.Write(b.ready[at]); err != nil {
				return err
			}
			if !theTable[at].Aged {
				continue
			}
			begin := 0
			for _, each := range b.aged {
				*buffer = append((*buffer)[:0], b.opened[begin:each.end]...)
				*buffer = encoding.close(*buffer, &theTable[at], sinceSeconds(each.since, now))
				if _, err := out.Write(*buffer); err != nil {
					return err
				}
				begin = each.end
			}
		}
	}
	return nil
}

package exposition

import (
	"bytes"
	"fmt"
	"io"
	"slices"
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

// Output is what one scrape shows. It is immutable and may be written any number of
// times, until Release. It shares the encoded samples with the caches, and takes much
// less memory than the bytes that it writes.
type Output struct {
	*Renderer
	format       Format
	now          time.Time
	steady, rest []*block
	// from holds the caches of the blocks.
	from []*Cache
	// others holds the encoded families of others, and the end.
	others []byte
}

// Render returns the groups as of time now, and the families of others (those of the
// process). What did not change since the last scrape is not encoded again. The options
// apply to the families of others in OpenMetrics.
func (r *Renderer) Render(f Format, now time.Time, groups []Group, others []*dto.MetricFamily, options ...expfmt.EncoderOption) (*Output, error) {
	o := &Output{Renderer: r, format: f, now: now}
	for i := range groups {
		kept := groups[i].Cache
		if kept == nil {
			kept = &Cache{}
		}
		group := kept.get(&groups[i], f, r.families, now)
		o.steady, o.rest, o.from = append(o.steady, group.steady), append(o.rest, group.rest), append(o.from, kept)
	}
	var err error
	o.others, err = encodeFamilies(f.negotiated, others, options)
	return o, err
}

// encodeFamilies returns the families of others and the end of the answer.
func encodeFamilies(format expfmt.Format, families []*dto.MetricFamily, options []expfmt.EncoderOption) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := expfmt.NewEncoder(&encoded, format, options...)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return nil, fmt.Errorf("encoding %s: %w", family.GetName(), err)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		if err := closer.Close(); err != nil { // writes the last line of OpenMetrics
			return nil, fmt.Errorf("encoding the end: %w", err)
		}
	}
	return encoded.Bytes(), nil
}

// Memory returns about how many bytes the output keeps in memory.
func (o *Output) Memory() int {
	size := len(o.others)
	for i := range o.steady {
		size += o.steady[i].memory() + o.rest[i].memory()
	}
	return size
}

// Release ends the use of the output, so that the next refresh can reuse its memory. An
// output that is never released costs only garbage.
func (o *Output) Release() {
	for i := range o.from {
		o.from[i].release(encodedGroup{o.steady[i], o.rest[i]})
	}
	*o = Output{}
}

// Write writes the output.
func (o *Output) Write(w io.Writer) error {
	return buffered(w, o.beforeAges, o.ages, o.afterAges, o.rests, o.end)
}

// An output is written in five parts, of which the first and the third are mostly the
// same as in the last scrape.

func (o *Output) beforeAges(b *buffer) { o.writeFamilies(b, o.steady, 0, o.aged) }

func (o *Output) afterAges(b *buffer) { o.writeFamilies(b, o.steady, o.aged+1, ID(len(o.families))) }

func (o *Output) rests(b *buffer) { o.writeFamilies(b, o.rest, 0, ID(len(o.families))) }

func (o *Output) end(b *buffer) { b.bytes = append(b.bytes, o.others...) }

// writeFamilies writes the headers of a range of families, each followed by the samples
// of all blocks.
func (o *Output) writeFamilies(to *buffer, blocks []*block, from, end ID) {
	encoding := o.format.encoding
	for at := from; at < end; at++ {
		family := &o.families[at]
		size := 0
		for _, b := range blocks {
			for _, each := range b.samples[at] {
				size += encoding.size(family, each.labels.len(), each.tail.len())
			}
		}
		if size == 0 {
			continue
		}
		to.bytes = encoding.header(to.bytes, family, size)
		for _, b := range blocks {
			for _, each := range b.samples[at] {
				to.bytes = encoding.open(to.bytes, family, each.labels.of(b.labels), each.tail.len())
				to.bytes = append(to.bytes, each.tail.of(b.tails)...)
				if !to.next() {
					return
				}
			}
		}
	}
}

// ages writes the only samples of the steady blocks that differ in every scrape.
func (o *Output) ages(to *buffer) {
	encoding := o.format.encoding
	size := 0
	for _, b := range o.steady {
		for _, each := range b.aged {
			size += encoding.size(&o.families[o.aged], each.labels.len(), encoding.closing())
		}
	}
	if size == 0 {
		return
	}
	to.bytes = encoding.header(to.bytes, &o.families[o.aged], size)
	for _, b := range o.steady {
		for _, each := range b.aged {
			to.bytes = encoding.open(to.bytes, &o.families[o.aged], each.labels.of(b.labels), encoding.closing())
			to.bytes = encoding.close(to.bytes, &o.families[o.aged], Age(each.since, o.now))
			if !to.next() {
				return
			}
		}
	}
}

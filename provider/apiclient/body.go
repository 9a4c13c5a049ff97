package apiclient

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"export_status_exporter/provider"
)

// MaxBodyBytes bounds an answer, after decompression and, each for itself, on
// the wire. A hundred exports take some 60 KiB at any of the providers.
const MaxBodyBytes = 8 << 20

// What an answer takes of the memory of all accounts. An answer below both of
// the free bounds takes nothing, and is never refused for it.
const (
	freeBytes   = 64 << 10
	freeObjects = 4 << 10
	// costOfByte is for the decoder, which holds a value at once, and for texts.
	costOfByte = 3
	// costOfObject is for an item of a list, as decoded, as a report and as tidied,
	// in lists that double as they grow.
	costOfObject = 1 << 10
)

// What can be wrong with a body by itself.
var (
	// errTooLarge marks a body beyond its bound.
	errTooLarge = errors.New("body too large")
	// errEncoding marks a body in an encoding that was not asked for.
	errEncoding = errors.New("body in an encoding that was not asked for")
	// errPacking marks a body that is too short to be packed at all.
	errPacking = errors.New("body not packed")
)

// body reads at most MaxBodyBytes of an answer, compressed or not, pays for
// them, and remembers how reading ended, which JSON decoders do not tell
// reliably.
type body struct {
	wire      wire
	packed    bool
	foreign   bool      // packed in a way that was not asked for
	from      io.Reader // the wire or what unpacks it, once reading began
	left      int64
	announced int64
	// blank is true as long as nothing but white space was read; first is what
	// came after it.
	blank bool
	first byte
	err   error

	// pay takes memory; objects is how many were read.
	pay     func(bytes int64) error
	objects int64
}

func newBody(answer *http.Response, pay func(int64) error) *body {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(answer.Header.Values("Content-Encoding"), ",")))
	packed := encoding == "gzip" || encoding == "x-gzip"
	return &body{
		wire:   wire{from: answer.Body, left: MaxBodyBytes},
		packed: packed, foreign: !packed && encoding != "" && encoding != "identity",
		left: MaxBodyBytes, announced: answer.ContentLength,
		blank: true, pay: pay,
	}
}

// Read implements io.Reader. White space before the content is handed on only
// beside content: a decoder would keep a flood of it.
func (b *body) Read(p []byte) (int, error) {
	for {
		n, err := b.read(p)
		if n == 0 || err != nil || !b.blank {
			return n, err
		}
	}
}

func (b *body) read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.from == nil {
		if b.err = b.open(); b.err != nil {
			return 0, b.err
		}
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		// Not a byte beyond the bound is handed on.
		n, err = n+int(b.left), errTooLarge
	}
	if b.blank {
		if text := trimBlank(p[:n]); len(text) > 0 {
			b.blank, b.first = false, text[0]
		}
	}
	if unpaid := b.pay(b.cost(p[:n])); unpaid != nil {
		n, err = 0, unpaid
	}
	b.err = err
	return n, err
}

// strange reports whether the body is packed in a way that was not asked for, or
// is not what its header says.
func (b *body) strange() bool {
	return errors.Is(b.err, errEncoding) || errors.Is(b.err, errPacking) || errors.Is(b.err, gzip.ErrHeader)
}

// trimBlank cuts off the white space and the byte order marks at the beginning.
func trimBlank(p []byte) []byte {
	for len(p) > 0 {
		switch p[0] {
		case ' ', '\t', '\r', '\n':
			p = p[1:]
		default:
			if !bytes.HasPrefix(p, byteOrderMark) {
				return p
			}
			p = p[len(byteOrderMark):]
		}
	}
	return p
}

// open begins to read.
func (b *body) open() error {
	if b.announced > MaxBodyBytes {
		return errTooLarge
	}
	b.from = &b.wire
	switch {
	case b.foreign:
		return errEncoding
	case !b.packed:
		return nil
	}
	unpacked, err := gzip.NewReader(&b.wire)
	switch {
	case err == nil:
		b.from = unpacked
		return nil
	case b.wire.ended && errors.Is(err, io.ErrUnexpectedEOF):
		return errPacking
	default:
		return err //nolint:wrapcheck // The caller says what was tried.
	}
}

// cost is what the bytes just read take, beyond what is free.
func (b *body) cost(p []byte) int64 {
	read := MaxBodyBytes - max(b.left, 0)
	cost := costOfByte * min(max(read-freeBytes, 0), int64(len(p)))
	before := max(b.objects, freeObjects)
	// Every item of a list is an object; what stands in a text counts too.
	b.objects = min(b.objects+int64(bytes.Count(p, []byte("{"))), MaxItems)
	return cost + costOfObject*max(b.objects-before, 0)
}

// wire counts what arrives, before it is unpacked: a stream can go on for good
// without a byte of content.
type wire struct {
	from io.Reader
	left int64
	// ended says that what arrived was whole.
	ended bool
}

// Read implements io.Reader.
func (w *wire) Read(p []byte) (int, error) {
	if int64(len(p)) > w.left+1 {
		p = p[:w.left+1]
	}
	n, err := w.from.Read(p)
	w.ended = w.ended || err == io.EOF
	if w.left -= int64(n); w.left < 0 {
		w.left = 0
		return 0, errTooLarge
	}
	return n, err
}

// unread is why a body could not be read to its end.
func unread(err error) *provider.Error {
	switch {
	case errors.Is(err, provider.ErrMemoryShare):
		return &provider.Error{Reason: provider.ReasonTooLarge, Detail: "the answer would take more than half of --refresh.max-memory"}
	case errors.Is(err, provider.ErrMemoryTaken):
		return &provider.Error{Reason: provider.ReasonTimeout, Detail: "other answers took all of --refresh.max-memory for all the time"}
	default:
		return transportError(err)
	}
}

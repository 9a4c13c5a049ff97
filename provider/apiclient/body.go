package apiclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"export_status_exporter/provider"
)

// MaxBodyBytes is the maximum size of an answer. It applies separately to the bytes
// received and to the decompressed bytes. A hundred exports take about 60 KiB at any
// provider.
const MaxBodyBytes = 8 << 20

// Errors of a body itself.
var (
	// errTooLarge means that the body exceeds MaxBodyBytes.
	errTooLarge = errors.New("body too large")
	// errEncoding means that the body has an encoding that was not requested.
	errEncoding = errors.New("body in an encoding that was not requested")
	// errPacking means that the body is too short to be compressed data.
	errPacking = errors.New("body not packed")
)

// body reads at most MaxBodyBytes of an answer, compressed or not, and charges them to
// the memory budget. It also records how reading ended, because JSON decoders do not
// report that reliably.
type body struct {
	wire                wire
	packed              bool
	unrequestedEncoding bool      // compressed in a way that was not requested
	from                io.Reader // the wire, or the reader that decompresses it; nil before the first read
	left                int64
	announced           int64
	// blank is true until something other than white space is read. The first such byte
	// is in first.
	blank bool
	first byte
	err   error
	// invalid is the number of bytes read that are not UTF-8.
	invalid int64

	// pay charges memory for what was read so far.
	pay func(bytes, items int64) error
	// objects is the number of objects read so far. Until the items are counted, each
	// may be one. Items is the number of items, if counted.
	objects, items int64
	counted        bool
}

func newBody(answer *http.Response, pay func(bytes, items int64) error) *body {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(answer.Header.Values("Content-Encoding"), ",")))
	packed := encoding == "gzip" || encoding == "x-gzip"
	return &body{
		wire:   wire{from: answer.Body, left: MaxBodyBytes},
		packed: packed, unrequestedEncoding: !packed && encoding != "" && encoding != "identity",
		left: MaxBodyBytes, announced: answer.ContentLength,
		blank: true, pay: pay,
	}
}

// Read implements io.Reader. It skips leading white space, because a decoder would
// buffer any amount of it.
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
		// Do not pass on any byte beyond the limit.
		n, err = n+int(b.left), errTooLarge
	}
	if b.blank {
		if text := trimBlank(p[:n]); len(text) > 0 {
			b.blank, b.first = false, text[0]
		}
	}
	// Braces inside texts are counted, too.
	b.objects = min(b.objects+int64(bytes.Count(p[:n], []byte("{"))), MaxItems)
	b.invalid += invalid(p[:n])
	if unpaid := b.pay(b.weight(), max(b.objects, b.items)); unpaid != nil {
		n, err = 0, unpaid
	}
	b.err = err
	return n, err
}

// strange reports whether the body is compressed in a way that was not requested, or
// does not match its Content-Encoding header.
func (b *body) strange() bool {
	return errors.Is(b.err, errEncoding) || errors.Is(b.err, errPacking) || errors.Is(b.err, gzip.ErrHeader)
}

// trimBlank removes leading white space and byte order marks.
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

// open prepares for reading.
func (b *body) open() error {
	if b.announced > MaxBodyBytes {
		return errTooLarge
	}
	b.from = &b.wire
	switch {
	case b.unrequestedEncoding:
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
		return err //nolint:wrapcheck // the caller adds what was tried
	}
}

// length returns the number of bytes read so far.
func (b *body) length() int64 { return MaxBodyBytes - max(b.left, 0) }

// weight returns the number of bytes to charge. Decoding replaces each byte of invalid
// UTF-8 by three. It copies a member's name several times, of whatever length.
func (b *body) weight() int64 { return b.length() + 2*max(b.invalid-freeInvalid, 0) }

// freeInvalid is how many bytes of invalid UTF-8 are charged like others, so that a small
// answer is free.
const freeInvalid = 64 << 10

// invalid counts the bytes that are not UTF-8, or only part of a character.
func invalid(p []byte) (count int64) {
	if utf8.Valid(p) {
		return 0
	}
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size == 1 {
			count++
		}
		p = p[size:]
	}
	return count
}

// count sets the number of list items read so far. It charges those that were not
// charged as objects.
func (b *body) count(items int64) error {
	b.items, b.counted = items, true
	if items <= b.objects {
		return nil
	}
	err := b.pay(b.weight(), items)
	if err != nil {
		b.err = err
	}
	return err
}

// kept returns the number of items that are kept after decoding.
func (b *body) kept() int64 {
	if b.counted {
		return b.items
	}
	return b.objects
}

// bounded is a body whose reads fail with the context's error once the context is done
// and the body is closed. net/http usually ends such reads by itself, but it does not
// promise that for every kind of body.
type bounded struct {
	ctx  context.Context //nolint:containedctx // It belongs to one answer, like that of an http.Request.
	from io.ReadCloser
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // A bare end of the body.
		if done := b.ctx.Err(); done != nil {
			err = done
		}
	}
	return n, err
}

// Close implements io.Closer.
func (b *bounded) Close() error { return b.from.Close() }

// wire counts the bytes received, before decompression: a stream can continue forever
// without producing any content.
type wire struct {
	from io.Reader
	left int64
	// ended reports that the whole answer was received.
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

// unread returns the failure for a body that could not be read to its end.
func unread(err error) *provider.Error {
	switch {
	case errors.Is(err, provider.ErrMemoryShare):
		return &provider.Error{Reason: provider.ReasonTooLarge, Detail: "the refresh would take more than half of --refresh.max-memory"}
	case errors.Is(err, provider.ErrMemoryTaken):
		return &provider.Error{Reason: provider.ReasonTimeout, Detail: "other answers used all of --refresh.max-memory until the timeout", Advice: "raise --refresh.max-memory"}
	default:
		return transportError(err)
	}
}

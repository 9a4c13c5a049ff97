package exposition

import (
	"fmt"
	"io"
	"sync"
)

// bufferSize is about how many bytes are written at once.
const bufferSize = 32 << 10

// buffer collects what is written, so that a writer gets few large pieces.
type buffer struct {
	to    io.Writer
	bytes []byte
	err   error
}

// next writes the bytes if there are enough of them, and reports whether to go on.
func (b *buffer) next() bool {
	if len(b.bytes) >= bufferSize {
		b.flush()
	}
	return b.err == nil
}

func (b *buffer) flush() {
	if b.err == nil {
		_, b.err = b.to.Write(b.bytes)
	}
	b.bytes = b.bytes[:0]
}

var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, bufferSize+bufferSize/8)} }}

// buffered calls functions that write to a buffer of w.
func buffered(w io.Writer, parts ...func(*buffer)) error {
	b, _ := buffers.Get().(*buffer)
	*b = buffer{to: w, bytes: b.bytes[:0]}
	for _, write := range parts {
		if b.err == nil {
			write(b)
		}
	}
	b.flush()
	if b.err != nil {
		// An HTTP/2 server may still be reading the bytes, so the pool must not have them.
		return fmt.Errorf("writing: %w", b.err)
	}
	b.to = nil // the pool must not retain the request
	buffers.Put(b)
	return nil
}

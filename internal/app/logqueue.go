package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log/level"
)

// Bounds of what waits for the reader of the log: a line each from 3,000
// accounts that fail, several times over.
const (
	maxQueuedLines = 16384
	maxQueuedBytes = 4 << 20
)

// LogQueue stands between the loggers and the log, so that a log that nobody
// reads holds up nothing. When it is full it drops the newest lines: the oldest
// tell how the trouble began, and what is written stays in order. From the
// first line that was dropped it drops all until the queue is empty, so that one
// line can tell how many are missing, at the place where they are missing.
type LogQueue struct {
	out  io.Writer
	tell func(lost uint64) error

	dropped atomic.Uint64
	done    chan struct{}

	mu     sync.Mutex
	ready  *sync.Cond // there are lines, lost ones, or it is closed
	lines  [][]byte
	bytes  int
	lost   uint64 // since the queue was full
	closed bool
}

// NewQueuedLoggers returns loggers that never wait for w, and the queue between
// them and w. Close it at the end.
func NewQueuedLoggers(w io.Writer, levelName, format string, now func() time.Time) (Loggers, *LogQueue, error) {
	direct, err := NewLoggers(w, "debug", format, now) // what was lost is always told
	if err != nil {
		return Loggers{}, nil, err
	}
	q := newLogQueue(w, func(lost uint64) error {
		return level.Warn(direct.Kit).Log("msg", "lines of the log are lost here, it was not read or could not be written", "lines", lost)
	})
	loggers, err := NewLoggers(q, levelName, format, now)
	if err != nil {
		return Loggers{}, nil, errors.Join(err, q.Close(context.Background()))
	}
	loggers.Dropped = q.Dropped
	return loggers, q, nil
}

func newLogQueue(w io.Writer, tell func(lost uint64) error) *LogQueue {
	q := &LogQueue{out: w, tell: tell, done: make(chan struct{})}
	q.ready = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// Dropped is how many lines did not reach the log so far.
func (q *LogQueue) Dropped() uint64 { return q.dropped.Load() }

// Write takes one line, or drops it. It never waits and never fails.
func (q *LogQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.lost > 0 || len(q.lines) >= maxQueuedLines || q.bytes+len(line) > maxQueuedBytes {
		q.lost++
		q.dropped.Add(1)
	} else {
		q.lines = append(q.lines, bytes.Clone(line))
		q.bytes += len(line)
	}
	q.ready.Signal()
	return len(line), nil
}

// Close takes no more lines and waits until those that wait are written, or
// until ctx ends. A write that never ends keeps its goroutine.
func (q *LogQueue) Close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	q.ready.Signal()
	q.mu.Unlock()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("writing the rest of the log: %w", ctx.Err())
	}
}

// run writes until the queue is closed and empty.
func (q *LogQueue) run() {
	defer close(q.done)
	var untold uint64
	for {
		line, lost, ok := q.next()
		if !ok {
			return
		}
		untold += lost
		if untold > 0 && q.tell(untold) == nil {
			untold = 0
		}
		if line == nil {
			continue
		}
		if untold == 0 {
			if _, err := q.out.Write(line); err == nil {
				continue
			}
		}
		untold++
		q.dropped.Add(1)
	}
}

// next waits for a line or, behind the last one, the number of those lost. It
// returns false at the end.
func (q *LogQueue) next() (line []byte, lost uint64, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.lines) == 0 && q.lost == 0 && !q.closed {
		q.ready.Wait()
	}
	switch {
	case len(q.lines) > 0:
		line = q.lines[0]
		q.lines[0] = nil
		q.lines = q.lines[1:]
		q.bytes -= len(line)
		return line, 0, true
	case q.lost > 0:
		lost, q.lost = q.lost, 0
		return nil, lost, true
	default:
		return nil, 0, false
	}
}

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

// Limits of the queue: one line each from 3,000 failing accounts, several times
// over.
const (
	maxQueuedLines = 16384
	maxQueuedBytes = 4 << 20
)

// LogQueue decouples the loggers from the log, so that a log which nobody reads
// blocks nothing. When the queue is full, it drops the newest lines, because
// the oldest show how the trouble began. After the first dropped line it drops
// all others until the queue is empty. That keeps the lines in order, and one
// line can say how many are missing at that place.
type LogQueue struct {
	out  io.Writer
	tell func(lost uint64) error

	dropped atomic.Uint64
	done    chan struct{}

	mu     sync.Mutex
	ready  *sync.Cond // signaled on new lines, lost lines and Close
	lines  [][]byte
	bytes  int
	lost   uint64 // lines lost since the queue was full
	closed bool
}

// NewQueuedLoggers returns loggers that never wait for w, and the queue between
// them and w. Call Close on the queue to flush it.
func NewQueuedLoggers(w io.Writer, levelName, format string, now func() time.Time) (Loggers, *LogQueue, error) {
	direct, err := NewLoggers(w, "debug", format, now) // the warning about lost lines ignores the level
	if err != nil {
		return Loggers{}, nil, err
	}
	q := newLogQueue(w, func(lost uint64) error {
		return level.Warn(direct.Kit).Log("msg", "log lines were dropped here because the log was not read or could not be written", "lines", lost)
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

// Dropped returns how many lines did not reach the log so far.
func (q *LogQueue) Dropped() uint64 { return q.dropped.Load() }

// Write queues or drops one line. It never blocks and never fails.
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

// Close stops accepting lines and waits until the queued ones are written or
// ctx is done. A write that never returns leaks its goroutine.
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

// run writes lines until the queue is closed and empty.
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

// next waits for a line or, once the queue is empty, for the number of lost
// lines. It returns false after Close.
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

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is a log whose writes wait until it is opened, and fail while broken.
type gate struct {
	entered chan struct{} // receives one for every write that begins
	open    chan struct{}

	mu     sync.Mutex
	broken bool
	b      bytes.Buffer
}

func newGate() *gate {
	return &gate{entered: make(chan struct{}, 4*maxQueuedLines), open: make(chan struct{})}
}

func (g *gate) Write(line []byte) (int, error) {
	g.entered <- struct{}{}
	<-g.open
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.broken {
		return 0, errors.New("nobody reads")
	}
	return g.b.Write(line)
}

func (g *gate) lines() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.SplitAfter(strings.TrimSuffix(g.b.String(), "\n"), "\n")
}

// queued returns a queue in front of the gate, which reports the number of lost
// lines.
func (g *gate) queued() *LogQueue {
	return newLogQueue(g, func(lost uint64) error {
		_, err := fmt.Fprintf(g, "lost %d\n", lost)
		return err
	})
}

// enqueue writes a line and fails if Write does not succeed.
func enqueue(t *testing.T, q *LogQueue, line string) {
	t.Helper()
	if n, err := q.Write([]byte(line)); n != len(line) || err != nil {
		t.Fatalf("%d %v", n, err)
	}
}

// TestLogQueueBounds: a log that nobody reads uses limited memory, and no
// caller waits. The newest lines are lost, and one line in their place says how
// many.
func TestLogQueueBounds(t *testing.T) {
	t.Parallel()
	for name, bound := range map[string]struct{ size, room int }{
		"lines": {size: 8, room: maxQueuedLines},
		"bytes": {size: maxQueuedBytes / 4, room: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate()
			q := g.queued()
			line := func(i int) string { return fmt.Sprintf("%07d%s\n", i, strings.Repeat("x", bound.size-8)) }
			enqueue(t, q, line(0))
			<-g.entered // it is no longer in the queue
			const more = 7
			for i := range bound.room + more {
				enqueue(t, q, line(i+1))
			}
			if q.Dropped() != more {
				t.Errorf("dropped %d, want %d", q.Dropped(), more)
			}
			close(g.open)
			if err := q.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := g.lines()
			if len(got) != bound.room+2 || got[0] != line(0) || got[bound.room] != line(bound.room) || got[bound.room+1] != fmt.Sprintf("lost %d", more) {
				t.Errorf("%d lines, the last %.30q", len(got), got[len(got)-1])
			}
		})
	}
}

// TestLogQueueGoesOn: after a loss was reported, new lines are accepted again.
func TestLogQueueGoesOn(t *testing.T) {
	t.Parallel()
	g := newGate()
	close(g.open)
	q := g.queued()
	enqueue(t, q, strings.Repeat("x", maxQueuedBytes+1))
	<-g.entered // the loss is being told
	enqueue(t, q, "after\n")
	if err := q.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(g.lines(), ""); got != "lost 1\nafter" {
		t.Errorf("%q", got)
	}
	enqueue(t, q, "too late\n")
	if q.Dropped() != 2 {
		t.Errorf("dropped %d, want 2", q.Dropped())
	}
}

// TestLogQueueFailures: lines that cannot be written are counted, and reported
// once writing works again.
func TestLogQueueFailures(t *testing.T) {
	t.Parallel()
	g := newGate()
	g.broken = true
	close(g.open)
	q := g.queued()
	enqueue(t, q, "one\n")
	<-g.entered
	enqueue(t, q, "two\n")
	<-g.entered // the loss of the first, which cannot be told
	waitFor(t, func() bool { return q.Dropped() == 2 })
	g.mu.Lock()
	g.broken = false
	g.mu.Unlock()
	enqueue(t, q, "three\n")
	if err := q.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(g.lines(), ""); got != "lost 2\nthree" || q.Dropped() != 2 {
		t.Errorf("%q, dropped %d", got, q.Dropped())
	}
}

// waitFor waits for something that is about to happen.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("it does not happen")
		}
	}
}

// TestLogQueueClose: Close does not wait forever for a log that nobody reads.
func TestLogQueueClose(t *testing.T) {
	t.Parallel()
	g := newGate()
	q := g.queued()
	enqueue(t, q, "never read\n")
	<-g.entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	close(g.open)
	<-q.done
}

// TestQueuedLoggers: a loss is reported at every level, in the format of the
// log.
func TestQueuedLoggers(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"logfmt": "lines=1\n", "json": `"lines":1`} {
		log := &strings.Builder{}
		loggers, q, err := NewQueuedLoggers(log, "error", format, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		enqueue(t, q, strings.Repeat("x", maxQueuedBytes+1))
		if err := q.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := log.String(); !strings.Contains(got, want) || !strings.Contains(got, "were dropped here") || loggers.Dropped() != 1 {
			t.Errorf("%s: %q, dropped %d", format, got, loggers.Dropped())
		}
	}
}

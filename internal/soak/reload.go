package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"
)

// reloader lets the two configurations take turns, and knows which one a scrape
// has to show.
type reloader struct {
	file     string
	both     [2]configuration
	findings *findings
	post     func(context.Context) (status int, body string, err error)

	mu      sync.Mutex
	current int
	epoch   int // odd while a reload is under way
	reloads int
	refused int
}

// now returns the configuration in force, and an epoch. Between two equal and
// even epochs nothing was reloaded.
func (r *reloader) now() (current, epoch int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current, r.epoch
}

// run reloads at random moments until ctx ends.
func (r *reloader) run(ctx context.Context, rng *rand.Rand, every time.Duration) {
	for wait(ctx, every/2+time.Duration(rng.Int64N(int64(every)))) {
		// A reload is never cut off: what is in force must be known.
		r.step(context.WithoutCancel(ctx), rng.IntN(4) == 0)
	}
}

// step writes the other configuration and reloads, or a broken one, which must
// change nothing.
func (r *reloader) step(ctx context.Context, broken bool) {
	r.mu.Lock()
	next := 1 - r.current
	r.mu.Unlock()
	if broken {
		r.expect(ctx, r.both[next].broken(), http.StatusInternalServerError)
		return
	}
	r.mu.Lock()
	r.epoch++
	r.mu.Unlock()
	ok := r.expect(ctx, r.both[next].content, http.StatusOK)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch++
	if ok {
		r.current = next
	}
}

// again reloads the configuration in force, as a person does who has mended
// something.
func (r *reloader) again(ctx context.Context) {
	current, _ := r.now()
	r.expect(ctx, r.both[current].content, http.StatusOK)
}

func (r *reloader) expect(ctx context.Context, content []byte, want int) bool {
	if err := os.WriteFile(r.file, content, 0o600); err != nil {
		r.findings.add("the configuration can be written", "%v", err)
		return false
	}
	status, body, err := r.post(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if want == http.StatusOK {
		r.reloads++
	} else {
		r.refused++
	}
	if err != nil || status != want {
		r.findings.add("a reload answers as it must", "%d, not %d: %v %.200s", status, want, err, body)
		return false
	}
	return true
}

// poster returns how to reload over HTTP.
func poster(client *http.Client, address string) func(context.Context) (int, string, error) {
	return func(ctx context.Context) (int, string, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/-/reload", nil)
		if err != nil {
			return 0, "", fmt.Errorf("reload: %w", err)
		}
		reply, err := client.Do(request)
		if err != nil {
			return 0, "", fmt.Errorf("reload: %w", err)
		}
		defer func() { _ = reply.Body.Close() }()
		body, err := io.ReadAll(reply.Body)
		if err != nil {
			return 0, "", fmt.Errorf("reload: %w", err)
		}
		return reply.StatusCode, string(body), nil
	}
}

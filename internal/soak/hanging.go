package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// hangTime is how long a secret file hangs: more than a scrape waits for it, and
// less than a reload does.
const hangTime = 2 * time.Second

// hanging has secret files hang, one at a time, as on storage that does not
// answer for a while. Reload and scrapes go on.
type hanging struct {
	files    []string
	findings *findings
	took     time.Duration // of all; read it when no load is on
}

// run goes on until ctx ends.
func (h *hanging) run(ctx context.Context, rng *rand.Rand) {
	for wait(ctx, time.Duration(rng.Int64N(int64(time.Second)))) {
		letGo, err := hold(h.files[rng.IntN(len(h.files))])
		switch {
		case errors.Is(err, errInUse):
			continue
		case err != nil:
			h.findings.add("a secret file can be made to hang", "%v", err)
			return
		}
		begin := time.Now()
		wait(ctx, hangTime)
		h.took += time.Since(begin)
		letGo()
	}
}

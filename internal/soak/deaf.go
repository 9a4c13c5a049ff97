package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"
)

// deaf are clients that ask for answers and do not read them.
type deaf struct {
	address  string // host and port
	findings *findings
	asked    atomic.Int64
}

// deafAtOnce is how many ask at once, more than there are places for scrapes,
// and deafTime how long they stay.
const (
	deafAtOnce = maxRequests + 8
	deafTime   = 2 * time.Second
)

// run has them come and go until ctx ends.
func (d *deaf) run(ctx context.Context, rng *rand.Rand) {
	for wait(ctx, time.Duration(rng.Int64N(int64(deafTime)))) {
		d.round(ctx, rng)
	}
}

// over reports whether ctx has ended. The network may keep its deadline a moment
// before the context does.
func over(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

func (d *deaf) round(ctx context.Context, rng *rand.Rand) {
	var open []net.Conn
	defer func() {
		for _, each := range open {
			_ = each.Close()
		}
	}()
	for range deafAtOnce {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.address)
		if err != nil {
			if !over(ctx) {
				d.findings.add("a client that does not read can connect", "%v", err)
			}
			return
		}
		open = append(open, connection)
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(1024) // without it only the kernel keeps more
		}
		path := []string{"/metrics", "/exports?limit=1000", "/config", "/sd"}[rng.IntN(4)]
		if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, d.address); err != nil {
			d.findings.add("a client that does not read can ask", "%v", err)
			return
		}
		d.asked.Add(1)
		_ = connection.SetReadDeadline(time.Now().Add(deafTime))
		_, _ = io.ReadFull(connection, make([]byte, 1))
	}
	wait(ctx, deafTime)
}

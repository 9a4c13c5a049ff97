package app

import (
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// crowd is a connLimiter with connections that a test can look at.
type crowd struct {
	*connLimiter
	t    *testing.T
	time time.Time
	all  []net.Conn
}

func newCrowd(t *testing.T, limit, requests int) *crowd {
	t.Helper()
	c := &crowd{connLimiter: newConnLimiter(limit, requests), t: t, time: time.Unix(1, 0)}
	c.now = func() time.Time { return c.time }
	return c
}

// enter opens a connection and puts it into the states.
func (c *crowd) enter(states ...http.ConnState) net.Conn {
	c.t.Helper()
	ours, theirs := net.Pipe()
	c.t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	c.all = append(c.all, ours)
	for _, state := range append([]http.ConnState{http.StateNew}, states...) {
		c.connState(ours, state)
	}
	c.time = c.time.Add(minConnectionTime)
	return ours
}

// want fails unless these connections are closed, and no others.
func (c *crowd) want(what string, closed ...net.Conn) {
	c.t.Helper()
	for i, each := range c.all {
		want := false
		for _, one := range closed {
			want = want || one == each
		}
		if got := each.SetDeadline(time.Time{}) != nil; got != want {
			c.t.Errorf("%s: connection %d is closed: %t, want %t", what, i, got, want)
		}
	}
}

// TestConnLimiter: beyond the limit, the connection that has been idle longest
// is closed. If none is idle, it is the one that has been active for longest. A
// connection with a slot is never closed, and a newcomer only if all others
// have one.
func TestConnLimiter(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3, 10)
	scrape, first, second := c.enter(http.StateActive), c.enter(http.StateActive), c.enter()
	release := c.hold(scrape)
	c.connState(first, http.StateIdle) // so the second rests for longer
	third := c.enter(http.StateActive)
	c.want("one is idle for longest", second)
	c.connState(second, http.StateClosed)
	fourth := c.enter(http.StateActive)
	c.want("one is idle", second, first)
	fifth := c.enter(http.StateActive)
	c.want("none is idle", second, first, third)
	defer c.hold(fourth)()
	fifthReleases := c.hold(fifth)
	sixth := c.enter(http.StateActive)
	c.want("all have slots", second, first, third, sixth)
	fifthReleases()
	release()
	c.enter(http.StateActive)
	c.want("the slots are free", second, first, third, sixth, fifth)
	for _, each := range c.all {
		c.connState(each, http.StateClosed)
	}
	if c.idle.Len()+c.active.Len()+c.holding.Len()+len(c.clients) != 0 {
		t.Error("closed connections are kept")
	}
}

// TestNewConnections: a connection that has not sent its request yet is not
// closed in favor of others while older ones with requests can be.
func TestNewConnections(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3, 10)
	older := c.enter(http.StateActive)
	active := c.enter(http.StateActive)
	c.enter()
	c.time = c.time.Add(-minConnectionTime)
	c.enter()
	c.time = c.time.Add(-minConnectionTime)
	c.enter()
	c.want("two are new", older, active)
}

// TestRequestLimit: beyond the limit of requests in flight, another connection
// with requests is closed. One with a slot is not, and without another, the
// request is refused.
func TestRequestLimit(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 10, 3)
	begin := func(connection net.Conn) func() {
		end, ok := c.begin(connection)
		if !ok {
			t.Fatal("refused")
		}
		return end
	}
	scrape, resting, greedy, other := c.enter(http.StateActive), c.enter(http.StateActive), c.enter(http.StateActive), c.enter(http.StateActive)
	begin(resting)()
	end := begin(scrape)
	release := c.hold(scrape)
	ends := []func(){begin(greedy), begin(greedy)}
	if _, ok := c.begin(greedy); ok {
		t.Error("a connection makes room for itself")
	}
	c.want("there is no other")
	endOther := begin(other)
	c.want("one has two", greedy)
	for _, each := range ends {
		each()
	}
	if _, ok := c.begin(greedy); ok {
		t.Error("a closed connection has a request")
	}
	endOther()
	release()
	end()
	if c.requests != 0 {
		t.Errorf("%d requests are left", c.requests)
	}
}

// TestIdleConnectionsExpire: a connection without requests is closed after a while.
func TestIdleConnectionsExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 10, 10)
		c.now = time.Now
		silent, scraper, busy := c.enter(), c.enter(http.StateActive), c.enter(http.StateActive)
		pass(idleTimeout - time.Second)
		c.connState(scraper, http.StateIdle)
		c.want("too early")
		pass(2 * time.Second)
		c.want("one was never used", silent)
		pass(idleTimeout)
		c.want("one was used", silent, scraper)
		pass(10 * idleTimeout)
		c.want("one has a request", silent, scraper)
		c.connState(busy, http.StateClosed)
	})
}

// TestCanceledRequestsLeaveNothing: an HTTP/2 connection whose only request was canceled
// while it held a slot has been idle since, so it is closed after a while too.
func TestCanceledRequestsLeaveNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 10, 10)
		c.now = time.Now
		canceled, again := c.enter(http.StateActive), c.enter(http.StateActive)
		releases := []func(){c.hold(canceled), c.hold(again)}
		c.connState(canceled, http.StateIdle)
		c.connState(again, http.StateIdle)
		c.connState(again, http.StateActive)
		pass(2 * idleTimeout)
		c.want("they hold slots")
		for _, release := range releases {
			release()
		}
		pass(idleTimeout + time.Second)
		c.want("one has a request again", canceled)
		c.connState(again, http.StateClosed)
	})
}

package app

import (
	"container/list"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits on the connections of all clients, on their requests in flight, and on
// the concurrent HTTP/2 streams of one connection. The first two are at least
// twice --web.max-requests. A client can make each connection hold about 100 KiB,
// with many tiny headers or an HTTP/2 frame.
const (
	maxConnections = 250
	maxInFlight    = 250
	maxStreams     = 8
)

// idleTimeout is how long a connection may have no request. It is longer than any usual
// scrape interval.
const idleTimeout = 3 * time.Minute

// minConnectionTime is how long a connection is safe from being closed in favor
// of others, while there are older ones.
const minConnectionTime = time.Second

// connLimiter limits the number of client connections and of their requests in
// flight. Beyond a limit, it closes another connection, so that clients which
// only hold connections or requests cannot lock out others. It is safe for
// concurrent use.
type connLimiter struct {
	limit, requestLimit int
	now                 func() time.Time

	mu       sync.Mutex
	requests int
	clients  map[net.Conn]*client
	// Every client is in one of these lists, the one that has been there for
	// longest first: it has no request, it has one, or a request of it holds a
	// slot of a lane. Those with a slot are never closed.
	idle, active, holding *list.List
	// expiry closes those that are idle for too long. It is nil if none is idle.
	expiry *time.Timer
}

// client is a connection.
type client struct {
	connection      net.Conn
	requests, slots int
	idle            bool // as the server says; over HTTP/2 also while a canceled request holds a slot
	in              *list.List
	at              *list.Element
	since           time.Time // when it entered the list
}

func newConnLimiter(limit, requests int) *connLimiter {
	return &connLimiter{
		limit: limit, requestLimit: requests, now: time.Now, clients: make(map[net.Conn]*client),
		idle: list.New(), active: list.New(), holding: list.New(),
	}
}

// connState implements http.Server.ConnState.
func (c *connLimiter) connState(connection net.Conn, state http.ConnState) {
	if tooMany := c.note(connection, state); tooMany != nil {
		tooMany.close()
	}
}

// note records the state of a connection, and returns one to close if there are
// too many. See longest. If all have slots, it is the new one.
func (c *connLimiter) note(connection net.Conn, state http.ConnState) (tooMany *client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == http.StateNew {
		if len(c.clients) >= c.limit {
			tooMany = c.longest()
			if tooMany == nil {
				return &client{connection: connection}
			}
			c.remove(tooMany)
		}
		fresh := &client{connection: connection}
		c.clients[connection] = fresh
		c.move(fresh, c.idle)
		return tooMany
	}
	known := c.clients[connection]
	switch {
	case known == nil: // it has been closed
	case state == http.StateHijacked, state == http.StateClosed:
		c.remove(known)
	default:
		known.idle = state == http.StateIdle
		c.place(known)
	}
	return nil
}

// begin counts a request, unless there are too many and no other connection can
// be closed. The caller must call end after the request.
func (c *connLimiter) begin(connection net.Conn) (end func(), ok bool) {
	if connection == nil {
		return func() {}, true // no socket
	}
	own, tooMany := c.count(connection)
	if tooMany != nil {
		tooMany.close()
	}
	if own == nil {
		return nil, false
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if own.requests > 0 { // unless the limiter closed it
			own.requests--
			c.requests--
		}
	}, true
}

// count counts a request of a connection, and returns another one to close.
func (c *connLimiter) count(connection net.Conn) (own, tooMany *client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	own = c.clients[connection]
	if own == nil {
		return nil, nil // it has been closed
	}
	if c.requests >= c.requestLimit {
		tooMany = c.longestWithRequest(own)
		if tooMany == nil {
			return nil, nil
		}
		// Its requests end as soon as they notice.
		c.requests -= tooMany.requests
		tooMany.requests = 0
		c.remove(tooMany)
	}
	own.requests++
	c.requests++
	return own, tooMany
}

// hold protects a connection from being closed until release is called.
func (c *connLimiter) hold(connection net.Conn) (release func()) {
	if connection == nil {
		return func() {} // no socket
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.clients[connection]
	if known == nil {
		return func() {}
	}
	known.slots++
	c.move(known, c.holding)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		known.slots--
		if known.at != nil {
			c.place(known) // now its answer is written
		}
	}
}

// longest returns the client that has been idle for longest, else the one that
// has been active for longest. New ones are an exception: of those, it returns
// the oldest. The caller must hold mu, as for the methods below.
func (c *connLimiter) longest() *client {
	var oldest *client
	for _, each := range []*list.List{c.idle, c.active} {
		first := each.Front()
		if first == nil {
			continue
		}
		found, _ := first.Value.(*client)
		if c.now().Sub(found.since) >= minConnectionTime {
			return found
		}
		if oldest == nil || found.since.Before(oldest.since) {
			oldest = found
		}
	}
	return oldest
}

// longestWithRequest returns the client that has been active for longest and
// has a request.
func (c *connLimiter) longestWithRequest(except *client) *client {
	for at := c.active.Front(); at != nil; at = at.Next() {
		if found, _ := at.Value.(*client); found != except && found.requests > 0 {
			return found
		}
	}
	return nil
}

// expireLater arranges for expire. The timeout of http.Server is not used: at the end of an
// HTTP/2 connection that has requests, Go 1.26 starts its timer again, which keeps all
// memory of the connection until then. The caller must hold mu.
func (c *connLimiter) expireLater() {
	if first := c.idle.Front(); first != nil && c.expiry == nil {
		oldest, _ := first.Value.(*client)
		c.expiry = time.AfterFunc(oldest.since.Add(idleTimeout).Sub(c.now()), c.expire)
	}
}

// expire closes the connections that are idle for too long.
func (c *connLimiter) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for first := c.idle.Front(); first != nil; first = c.idle.Front() {
		oldest, _ := first.Value.(*client)
		if c.now().Sub(oldest.since) < idleTimeout {
			break
		}
		c.remove(oldest)
		go oldest.close() // the lock waits for no system call
	}
	c.expiry = nil
	c.expireLater()
}

// place moves a client to the list it belongs to, unless it holds a slot.
func (c *connLimiter) place(each *client) {
	switch {
	case each.slots > 0:
	case each.idle:
		c.move(each, c.idle)
	default:
		c.move(each, c.active)
	}
}

// move makes a client the last of a list.
func (c *connLimiter) move(each *client, to *list.List) {
	if each.at != nil {
		each.in.Remove(each.at)
	}
	each.in, each.at, each.since = to, to.PushBack(each), c.now()
	c.expireLater()
}

func (c *connLimiter) remove(each *client) {
	each.in.Remove(each.at)
	each.in, each.at = nil, nil
	delete(c.clients, each.connection)
}

// close does not wait for the peer.
func (c *client) close() {
	_ = rawConn(c.connection).Close() // the client may have closed it already
}

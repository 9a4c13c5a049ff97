package app

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// Limits on the connections of all clients, and on the concurrent HTTP/2
// streams of one connection.
const (
	maxConnections = 1000
	maxStreams     = 50
)

// connLimiter limits the number of client connections. Beyond the limit, it
// closes the connection that has had no request for longest, so that clients
// which only keep connections open cannot lock out others. It is safe for
// concurrent use.
type connLimiter struct {
	limit int

	mu       sync.Mutex
	open     int
	idle     *list.List // connections without a request, the oldest first
	elements map[net.Conn]*list.Element
}

func newConnLimiter(limit int) *connLimiter {
	return &connLimiter{limit: limit, idle: list.New(), elements: make(map[net.Conn]*list.Element)}
}

// connState implements http.Server.ConnState.
func (c *connLimiter) connState(connection net.Conn, state http.ConnState) {
	if tooMany := c.note(connection, state); tooMany != nil {
		if encrypted, ok := tooMany.(*tls.Conn); ok {
			tooMany = encrypted.NetConn() // closing it does not wait for the peer
		}
		_ = tooMany.Close() // the client may have closed it already
	}
}

// note records the state of a connection, and returns another one to close if
// there are too many.
func (c *connLimiter) note(connection net.Conn, state http.ConnState) (tooMany net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.elements[connection]; at != nil {
		c.idle.Remove(at)
		delete(c.elements, connection)
	}
	switch state {
	case http.StateNew:
		c.open++
	case http.StateHijacked, http.StateClosed:
		c.open--
		return nil
	case http.StateActive:
		return nil
	case http.StateIdle:
	}
	c.elements[connection] = c.idle.PushBack(connection)
	if c.open <= c.limit {
		return nil
	}
	oldest := c.idle.Front()
	tooMany, _ = oldest.Value.(net.Conn)
	c.idle.Remove(oldest)
	delete(c.elements, tooMany)
	return tooMany
}

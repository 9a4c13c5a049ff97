package app

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// Bounds on the connections of clients, and on the requests of one.
const (
	maxConnections = 1000
	maxStreams     = 50
)

// crowd bounds the connections of all clients. When there are too many, the one
// is closed that has been without a request for longest, so that those who only
// hold connections cannot keep out those who ask. It is safe for concurrent use.
type crowd struct {
	limit int

	mu      sync.Mutex
	open    int
	resting *list.List // connections without a request, the oldest first
	places  map[net.Conn]*list.Element
}

func newCrowd(limit int) *crowd {
	return &crowd{limit: limit, resting: list.New(), places: make(map[net.Conn]*list.Element)}
}

// connState is told of every connection's states.
func (c *crowd) connState(connection net.Conn, state http.ConnState) {
	if tooMany := c.note(connection, state); tooMany != nil {
		if encrypted, ok := tooMany.(*tls.Conn); ok {
			tooMany = encrypted.NetConn() // which waits for nobody
		}
		_ = tooMany.Close() // its client may be gone
	}
}

// note returns the connection that has to go.
func (c *crowd) note(connection net.Conn, state http.ConnState) (tooMany net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.places[connection]; at != nil {
		c.resting.Remove(at)
		delete(c.places, connection)
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
	c.places[connection] = c.resting.PushBack(connection)
	if c.open <= c.limit {
		return nil
	}
	oldest := c.resting.Front()
	tooMany, _ = oldest.Value.(net.Conn)
	c.resting.Remove(oldest)
	delete(c.places, tooMany)
	return tooMany
}

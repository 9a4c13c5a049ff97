package app

import (
	"net"
	"net/http"
	"testing"
	"time"
)

// TestConnLimiter: beyond the limit, the connection that has been idle longest
// is closed, never one with a request.
func TestConnLimiter(t *testing.T) {
	t.Parallel()
	c := newConnLimiter(3)
	var all []net.Conn
	enter := func() int {
		ours, theirs := net.Pipe()
		t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
		all = append(all, ours)
		c.connState(ours, http.StateNew)
		return len(all) - 1
	}
	closed := func(i int) bool { return all[i].SetDeadline(time.Time{}) != nil }
	busy, first, second := enter(), enter(), enter()
	c.connState(all[busy], http.StateActive)
	c.connState(all[first], http.StateActive)
	c.connState(all[first], http.StateIdle) // so the second rests for longer
	third := enter()
	if closed(busy) || closed(first) || !closed(second) || closed(third) {
		t.Error("another than the longest at rest was closed")
	}
	c.connState(all[second], http.StateClosed)
	c.connState(all[busy], http.StateClosed)
	if enter(); closed(first) || closed(third) {
		t.Error("there was a place")
	}
	for i := range all {
		if !closed(i) {
			c.connState(all[i], http.StateActive)
		}
	}
	if last := enter(); !closed(last) {
		t.Error("the last of too many that all have requests stays")
	}
	if c.idle.Len() != 0 || len(c.elements) != 0 {
		t.Errorf("%d rest, %d have elements", c.idle.Len(), len(c.elements))
	}
}

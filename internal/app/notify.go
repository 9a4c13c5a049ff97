package app

import (
	"context"

	"github.com/coreos/go-systemd/v22/daemon"
)

// maxNotifications bounds what waits for the service manager.
const maxNotifications = 64

// Notifier tells the service manager, by the protocol of sd_notify, what the
// program is doing. It never waits: a service manager that does not read gets
// the newest states later. A nil Notifier tells nobody.
type Notifier struct {
	states    chan string
	end, done chan struct{}
}

// NewNotifier returns a notifier for the socket that the environment names.
// Close it at the end.
func NewNotifier() *Notifier {
	n := &Notifier{states: make(chan string, maxNotifications), end: make(chan struct{}), done: make(chan struct{})}
	go n.run()
	return n
}

// Ready tells that the program serves, after a reload too.
func (n *Notifier) Ready() { n.tell(daemon.SdNotifyReady) }

// Reloading tells that the configuration is read again; Ready must follow.
func (n *Notifier) Reloading() {
	n.tell(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
}

// Stopping tells that the program ends.
func (n *Notifier) Stopping() { n.tell(daemon.SdNotifyStopping) }

// Close waits until everything is told or ctx ends. A socket that is never
// read keeps its goroutine.
func (n *Notifier) Close(ctx context.Context) {
	close(n.end)
	select {
	case <-n.done:
	case <-ctx.Done():
	}
}

// tell drops the oldest states where too many wait: the newest one counts.
func (n *Notifier) tell(state string) {
	if n == nil {
		return
	}
	for {
		select {
		case n.states <- state:
			return
		default:
		}
		select {
		case <-n.states:
		default:
		}
	}
}

// run sends what is told. That waits where the socket is full; whoever does not
// listen cannot be told so, thus errors go nowhere.
func (n *Notifier) run() {
	defer close(n.done)
	for {
		select {
		case state := <-n.states:
			_, _ = daemon.SdNotify(false, state)
		case <-n.end:
			for len(n.states) > 0 {
				_, _ = daemon.SdNotify(false, <-n.states)
			}
			return
		}
	}
}

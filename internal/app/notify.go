package app

import (
	"context"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// maxNotifications limits the states queued for the service manager.
const maxNotifications = 64

// Notifier reports the state of the program to the service manager with
// sd_notify. It never blocks: if the service manager does not read, it gets the
// newest states later. A nil Notifier does nothing.
type Notifier struct {
	logger    log.Logger
	states    chan string
	end, done chan struct{}
}

// NewNotifier returns a notifier for the socket in $NOTIFY_SOCKET. Call Close
// to release it.
func NewNotifier(logger log.Logger) *Notifier {
	n := &Notifier{logger: logger, states: make(chan string, maxNotifications), end: make(chan struct{}), done: make(chan struct{})}
	go n.run()
	return n
}

// Ready reports that the program serves, at start and after a reload.
func (n *Notifier) Ready() { n.tell(daemon.SdNotifyReady) }

// Reloading reports that a reload begins. Ready must follow.
func (n *Notifier) Reloading() {
	n.tell(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
}

// Stopping reports that the program shuts down.
func (n *Notifier) Stopping() { n.tell(daemon.SdNotifyStopping) }

// Close waits until all states are sent or ctx is done. A socket that nobody
// reads leaks its goroutine.
func (n *Notifier) Close(ctx context.Context) {
	close(n.end)
	select {
	case <-n.done:
	case <-ctx.Done():
	}
}

// tell queues a state. If the queue is full, it drops the oldest state.
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

// run sends the queued states, which may block while the socket is full. Only the first
// error is logged, because the program works without a service manager.
func (n *Notifier) run() {
	defer close(n.done)
	failed := false
	send := func(state string) {
		if _, err := daemon.SdNotify(false, state); err != nil && !failed {
			failed = true
			_ = level.Warn(n.logger).Log("msg", "the service manager cannot be notified", "err", err)
		}
	}
	for {
		select {
		case state := <-n.states:
			send(state)
		case <-n.end:
			for len(n.states) > 0 {
				send(<-n.states)
			}
			return
		}
	}
}

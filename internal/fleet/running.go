package app

import "errors"

// errStopping is what a reload gets that a stop has overtaken.
var errStopping = errors.New("the program is stopping")

// begin makes a fleet the running one and retires what the old one, if any, has
// beyond it, unless the program is stopping.
func (a *App) begin(next, old *fleet) bool {
	a.swap.Lock()
	defer a.swap.Unlock()
	if a.stopped {
		return false
	}
	a.fleet.Store(next)
	if old != nil {
		a.retired.add(old.without(next))
	}
	return true
}

// lastFleet returns the running fleet, which no reload replaces any more.
func (a *App) lastFleet() *fleet {
	a.swap.Lock()
	defer a.swap.Unlock()
	a.stopped = true
	return a.fleet.Load()
}

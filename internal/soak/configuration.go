package main

import (
	"bytes"
	"fmt"
	"time"
)

// refreshInterval is short, so that nearly every scrape asks the providers.
const refreshInterval = time.Second

// configuration is one of the two files that take turns.
type configuration struct {
	content []byte
	// timeouts are export_source_refresh_timeout_seconds of every source, which
	// is always shown and tells the configurations apart.
	timeouts map[series]float64
}

// series names a source of an account.
type series struct{ account, source string }

// configurations returns the two files. They differ in who is there and in how
// long some may take.
func configurations(members []member, timeout time.Duration) [2]configuration {
	other := timeout + time.Second
	return [2]configuration{
		newConfiguration(members, secondOnly, timeout, timeout),
		newConfiguration(members, firstOnly, timeout, other),
	}
}

func newConfiguration(members []member, without part, timeout, ofChanged time.Duration) configuration {
	var b bytes.Buffer
	c := configuration{timeouts: make(map[series]float64)}
	fmt.Fprintf(&b, "refresh_interval: %s\ntimeout: %s\naccounts:\n", refreshInterval, timeout)
	for _, m := range members {
		if m.part == without {
			continue
		}
		own := timeout
		general := ""
		if m.part == changed {
			own = ofChanged
			general = "timeout: " + own.String()
		}
		b.WriteString(m.Block(m.Credentials(), general))
		for _, source := range m.Facts().Sources {
			c.timeouts[series{m.Name(), source}] = own.Seconds()
		}
	}
	c.content = b.Bytes()
	return c
}

// broken is the file with a mistake at its end, which must not be taken.
func (c configuration) broken() []byte {
	return append(bytes.Clone(c.content), "nonsense: true\n"...)
}

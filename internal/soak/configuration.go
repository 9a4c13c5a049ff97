package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"export_status_exporter/internal/sandbox"
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
func configurations(s *sandbox.Sandbox, members []member, timeout time.Duration, refusing string) [2]configuration {
	other := timeout + time.Second
	return [2]configuration{
		newConfiguration(s, members, secondOnly, timeout, timeout, refusing),
		newConfiguration(s, members, firstOnly, timeout, other, refusing),
	}
}

// The files beside the configuration.
const caFile = "refusing-ca.crt"

func tokenFile(m member) string { return m.Name() + ".token" }

func newConfiguration(s *sandbox.Sandbox, members []member, without part, timeout, ofChanged time.Duration, refusing string) configuration {
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
		b.WriteString(block(m, general, s.URL(m.Provider()), refusing))
		for _, source := range m.Facts().Sources {
			c.timeouts[series{m.Name(), source}] = own.Seconds()
		}
	}
	c.content = b.Bytes()
	return c
}

// block is the account's entry, with its secrets in a file or with the address
// that refuses, as its part has it.
func block(m member, general, address, refusing string) string {
	switch m.part {
	case filed:
		var files []string
		for _, each := range m.Credentials().Settings() {
			files = append(files, each.Name+"_file: "+tokenFile(m))
		}
		return m.Block(sandbox.Credentials{}, general, files...)
	case refused:
		text := m.Block(m.Credentials(), general, "tls_config: {ca_file: "+caFile+"}")
		return strings.Replace(text, address, refusing, 1)
	default:
		return m.Block(m.Credentials(), general)
	}
}

// broken is the file with a mistake at its end, which must not be taken.
func (c configuration) broken() []byte {
	return append(bytes.Clone(c.content), "nonsense: true\n"...)
}

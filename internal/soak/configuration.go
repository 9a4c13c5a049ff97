package main

import (
	"bytes"
	"fmt"
	"strconv"
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
		fmt.Fprintf(&b, "  - name: %s\n", m.Name())
		if m.part == changed {
			own = ofChanged
			fmt.Fprintf(&b, "    timeout: %s\n", own)
		}
		url := s.URL(m.Provider())
		if m.part == refused {
			url = refusing
		}
		fmt.Fprintf(&b, "    %s:\n      base_url: %q\n", m.Provider(), url)
		if m.part == refused {
			fmt.Fprintf(&b, "      tls_config: {ca_file: %s}\n", caFile)
		}
		keys := m.Credentials()
		for _, field := range []struct{ name, value string }{
			{"api_key", keys.Key}, {"api_secret", keys.Secret}, {"passphrase", keys.Passphrase}, {"token", keys.Token},
		} {
			switch {
			case field.value == "":
			case m.part == filed:
				fmt.Fprintf(&b, "      %s_file: %s\n", field.name, tokenFile(m))
			default:
				fmt.Fprintf(&b, "      %s: %s\n", field.name, strconv.Quote(field.value))
			}
		}
		for _, source := range sources(m.Provider()) {
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

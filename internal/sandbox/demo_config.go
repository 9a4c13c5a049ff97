package sandbox

import (
	"bytes"
)

// DemoConfig returns the exporter's configuration for the demo accounts. It contains
// the loopback addresses and the credentials, so it is secret while the demo runs. Call
// it after Start and SeedDemo.
func (s *Sandbox) DemoConfig() []byte {
	s.mu.Lock()
	accounts := s.demo
	s.mu.Unlock()
	var b bytes.Buffer
	b.WriteString("refresh_interval: 5s\n" +
		"timeout: 5s\n" +
		"stale_after: 10m\n" +
		"max_reports: 100\n" +
		"max_age: 30d\n" +
		"expect: {data_within: 7d}\n" +
		"accounts:\n")
	for _, a := range accounts {
		about := a.Facts().demo
		b.WriteString(a.Block(a.Credentials(), about.general, about.own...))
	}
	return b.Bytes()
}

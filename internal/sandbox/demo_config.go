package sandbox

import (
	"bytes"
	"fmt"
	"strconv"
)

// DemoConfig returns the exporter's configuration for the demo accounts, with
// the loopback addresses and the credentials in it. It is to be called after
// Start and SeedDemo, and it is a secret for as long as the demo runs.
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
		fmt.Fprintf(&b, "  - name: %s\n", a.Name())
		if a.Provider() == KrakenFutures {
			// Two streams every 15 s take 80 of the 100 tokens that the
			// history API grants in 10 minutes.
			b.WriteString("    refresh_interval: 15s\n")
		}
		fmt.Fprintf(&b, "    %s:\n", a.Provider())
		fmt.Fprintf(&b, "      base_url: %s\n", strconv.Quote(s.URL(a.Provider())))
		for _, each := range a.Credentials().Settings() {
			fmt.Fprintf(&b, "      %s: %s\n", each.Name, strconv.Quote(each.Value))
		}
		switch a.Provider() {
		case Kraken:
			b.WriteString("      reports: [trades, ledgers]\n")
		case KrakenFutures:
			// Kraken ends the API of accounts on 1 March 2027.
			b.WriteString("      streams: [account_log, executions]\n      check_key: true\n      accounts: true\n")
		case CoinbaseExchange, OnlyFansAPI:
		}
	}
	return b.Bytes()
}

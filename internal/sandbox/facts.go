package sandbox

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Facts describes an emulated API, for tests that cover all APIs.
type Facts struct {
	// Sources are the sources that the exporter requests by default.
	Sources []string
	// Words are the provider's status words for queued, processing and ready. They are
	// empty if there are no jobs.
	Words [3]string
	// Types are two of the API's report types.
	Types [2]string
	// Errors are temporary errors. Lasting are errors that pause an account for a long
	// time.
	Errors, Lasting []string
	// Wait returns an error that asks the client to wait until the given time. It is
	// nil if the API has none.
	Wait func(until time.Time) string

	list        string        // the target of a read that lists an account's reports
	period      time.Duration // in which the budget refills
	size        int           // of the budget; 0 means no limit
	permissions []string      // of the key, as passed to SetPermissions
	demo        demoAccount
}

// demoAccount describes an account of the demo.
type demoAccount struct {
	name    string
	general string   // a general setting, only for this account
	own     []string // settings in the account's block
}

// Facts returns the description of a provider's API.
func (s *Sandbox) Facts(p Provider) Facts { return s.host(p).api.facts() }

// Facts returns the description of the account's API.
func (a *Account) Facts() Facts { return a.host.api.facts() }

// Block returns the account's entry in the exporter's configuration, including
// credentials. General is an optional general setting for this account. Own are lines
// for the provider's block.
func (a *Account) Block(c Credentials, general string, own ...string) string {
	lines := []string{"  - name: " + a.name}
	if general != "" {
		lines = append(lines, "    "+general)
	}
	lines = append(lines, "    "+string(a.Provider())+":")
	if address := a.host.baseURL(); address != "" { // otherwise the test uses Handler
		lines = append(lines, "      base_url: "+strconv.Quote(address))
	}
	for _, each := range c.Settings() {
		lines = append(lines, "      "+each.Name+": "+strconv.Quote(each.Value))
	}
	for _, setting := range own {
		lines = append(lines, "      "+setting)
	}
	return strings.Join(lines, "\n") + "\n"
}

// personal holds the personal values in an account's replies, by internal names. Every
// value is random, so finding one in any output proves a leak.
type personal map[string]string

// source generates random values.
type source struct{ random func(int) []byte }

func (s source) word() string { return hex.EncodeToString(s.random(8)) }

func (s source) uuid() string { return uuid(s.random(16)) }

// digits returns random digits other than zero, so that numbers keep their length.
func (s source) digits(n int) string {
	text := make([]byte, n)
	for i, b := range s.random(n) {
		text[i] = '1' + b%9
	}
	return string(text)
}

func (s source) iban() string { return "XX" + s.digits(20) }

func (s source) address() string { return fmt.Sprintf("2001:db8:%x:%x::/64", s.random(2), s.random(2)) }

// uuid formats 16 bytes as a UUID.
func uuid(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

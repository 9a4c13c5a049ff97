package sandbox

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Facts is what an emulated API is like, for whoever has to do with all of them.
type Facts struct {
	// Sources are asked where the block of an account asks for nothing else.
	Sources []string
	// Words are the provider's for queued, processing and ready; empty where
	// there are no jobs.
	Words [3]string
	// Types are two of its types of reports.
	Types [2]string
	// Errors are some that end by themselves, Lasting some that hold an account
	// back for long.
	Errors, Lasting []string
	// Wait is an error that says until when to wait; nil where there is none.
	Wait func(until time.Time) string

	list        string        // the target of a read that lists what an account has
	period      time.Duration // in which the budget refills
	size        int           // of the budget; 0 means no limit
	permissions []string      // of the key, as SetPermissions takes them
	demo        demoAccount
}

// demoAccount is an account of the demo.
type demoAccount struct {
	name    string
	general string   // a general setting, for the account alone
	own     []string // settings of its block
}

// Facts returns what an API is like.
func (s *Sandbox) Facts(p Provider) Facts { return s.host(p).api.facts() }

// Facts returns what the account's API is like.
func (a *Account) Facts() Facts { return a.host.api.facts() }

// Block is the account as an entry of accounts in the exporter's configuration,
// with credentials. The general setting, if it is not empty, is for this account
// alone; the others stand in its block, one on a line.
func (a *Account) Block(c Credentials, general string, own ...string) string {
	lines := []string{"  - name: " + a.name}
	if general != "" {
		lines = append(lines, "    "+general)
	}
	lines = append(lines, "    "+string(a.Provider())+":")
	if address := a.host.baseURL(); address != "" { // else it is reached some other way
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

// personal is what an account's replies carry and nobody but its owner may see,
// by our names. Every value is random, so that finding one in some output proves
// a leak.
type personal map[string]string

// source makes random values.
type source struct{ random func(int) []byte }

func (s source) word() string { return hex.EncodeToString(s.random(8)) }

func (s source) uuid() string { return uuid(s.random(16)) }

// digits have no zero, so that no number loses one.
func (s source) digits(n int) string {
	text := make([]byte, n)
	for i, b := range s.random(n) {
		text[i] = '1' + b%9
	}
	return string(text)
}

func (s source) iban() string { return "XX" + s.digits(20) }

func (s source) address() string { return fmt.Sprintf("2001:db8:%x:%x::/64", s.random(2), s.random(2)) }

// uuid writes 16 bytes in the usual form.
func uuid(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

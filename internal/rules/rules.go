// Package rules prints the alerting rules that the binary carries, with the
// links of one set-up in place of those that work everywhere.
package rules

import (
	"net/url"
	"strings"

	"export_status_exporter/examples"
)

// What the links of the rules begin with, as the rules stand in examples. The
// first is of an alert about the series of one exporter. The second is of an
// alert without an instance, or about an exporter that does not answer.
const (
	instanceBase = "http://{{ $labels.instance }}"
	homeBase     = "http://localhost:10917"
)

// Bases are the addresses of one set-up. Nil leaves a link as it is.
type Bases struct {
	// Exporter is where people reach the exporter, its route prefix included.
	Exporter *url.URL
	// Runbooks is the folder that has a page for each alert, named after it.
	Runbooks *url.URL
}

// Text returns the rules with their links based on these addresses. A link is
// the whole of a value, so it begins after a quotation mark.
func Text(bases Bases) string {
	var pairs []string
	replace := func(path string, with *url.URL) {
		if with == nil {
			return
		}
		for _, base := range []string{instanceBase, homeBase} {
			pairs = append(pairs, `"`+base+path, `"`+address(with)+"/")
		}
	}
	replace("/runbooks/", bases.Runbooks) // before what is a part of it
	replace("/", bases.Exporter)
	return strings.NewReplacer(pairs...).Replace(examples.Alerts)
}

// address is a base without its last slashes. Escaped, it holds nothing that
// ends a text of YAML or begins an action of a template.
func address(base *url.URL) string {
	return strings.TrimRight(base.String(), "/")
}

// Package rules returns the alerting rules that are part of the binary, with the links
// adapted to an installation.
package rules

import (
	"net/url"
	"strings"

	"export_status_exporter/examples"
)

// The addresses at the beginning of the links in examples/alerts.yml. The first one is
// used by alerts about the series of one exporter. The second one is used by alerts
// that have no instance, or whose exporter does not respond.
const (
	instanceBase = "http://{{ $labels.instance }}"
	homeBase     = "http://localhost:10917"
)

// Bases are the addresses of an installation. A nil address leaves the links unchanged.
type Bases struct {
	// Exporter is the address of the exporter, including its route prefix.
	Exporter *url.URL
	// Runbooks is the address of a folder with a page for each alert.
	Runbooks *url.URL
}

// Text returns the rules with the given addresses in their links. A link is always a
// whole value, so it begins after a quotation mark.
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
	replace("/runbooks/", bases.Runbooks) // first, because the other path is a prefix of it
	replace("/", bases.Exporter)
	return strings.NewReplacer(pairs...).Replace(examples.Alerts)
}

// address returns a base without trailing slashes. In its escaped form, it cannot end a
// YAML text or begin a template action.
func address(base *url.URL) string {
	return strings.TrimRight(base.String(), "/")
}

// Package examples holds those of these files that are a part of the binary.
package examples

import _ "embed"

// Alerts are the alerting rules, as they stand in alerts.yml.
//
//go:embed alerts.yml
var Alerts string

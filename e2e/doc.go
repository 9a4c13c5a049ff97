// Package e2e runs the real stack from end to end: the exporter's binary,
// Prometheus, Alertmanager and a webhook receiver, with the rules, routes and
// dashboards of examples.
//
//	go test -tags e2e -count=1 -v ./e2e
//
// It needs prometheus and prometheus-alertmanager (Debian's packages of these
// names; their services need not run, and are not touched), and Node with what
// `npm ci` in examples/grafana/src installs:
//
//	apt-get install -y --no-install-recommends prometheus prometheus-alertmanager nodejs npm
//
// Everything listens on free loopback ports and keeps its data in temporary
// directories. It takes about a minute, most of it waiting for the windows of
// the alerts, which are shortened; see derive_test.go.
package e2e

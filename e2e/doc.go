// Package e2e runs the real stack from end to end: the exporter's binary,
// Prometheus, Alertmanager and a webhook receiver, with the rules, routes and
// dashboards of examples.
//
//	go test -tags e2e -count=1 -v ./e2e
//
// It runs with the oldest Prometheus that is supported and with a current one:
// Debian's package prometheus, and what .ci/tool prometheus builds. It needs
// prometheus-alertmanager as well (the services of the packages need not run, and
// are not touched), and Node with what `npm ci` in examples/grafana/src installs:
//
//	apt-get install -y --no-install-recommends prometheus prometheus-alertmanager nodejs npm
//
// Everything listens on free loopback ports and keeps its data in temporary
// directories. It takes some minutes, most of it waiting for the windows of the
// alerts, which are shortened; see derive_test.go.
package e2e

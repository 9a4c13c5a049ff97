// Package e2e tests the complete stack: the exporter's binary, Prometheus, Alertmanager
// and a webhook receiver, with the rules, routes and dashboards in examples.
//
//	go test -tags e2e -count=1 -v ./e2e
//
// It runs with the oldest supported Prometheus, which is Debian's package, and with a
// current one, which .ci/tool prometheus builds. It also needs the package
// prometheus-alertmanager (the packages' services are not used and need not run), and
// Node with the modules that `npm ci` installs in examples/grafana/src:
//
//	apt-get install -y --no-install-recommends prometheus prometheus-alertmanager nodejs npm
//
// All programs listen on free loopback ports and keep their data in temporary
// directories. The test takes several minutes, mostly waiting for the alerts' windows,
// which are shortened; see derive_test.go.
package e2e

// Package check renders the chart with Helm and looks at what comes out: strictly decoded with Kubernetes' and the
// Prometheus Operator's own types, and judged by Kubernetes' own admission rules. It is a module of its own: the
// exporter does not depend on any of them.
//
// The tests need helm, at ../../../.tools/helm or where HELM says, and the exporter, at ../../../export_status_exporter
// or where EXPORTER says. .ci/helm has both.
package check

package main

import (
	"fmt"
	"slices"
	"strings"

	"export_status_exporter/collector"
)

// typescriptTable returns the metrics and their labels as TypeScript, so that a
// selector with a wrong name or label does not compile.
func typescriptTable() []byte {
	var b strings.Builder
	b.WriteString("// Written by `go run ./internal/docs` from collector/metrics.go; do not edit.\n\n" +
		"/** Every metric that the exporter defines, with its labels (job and instance come with every scrape). */\n" +
		"export const TABLE = {\n")
	for _, m := range collector.Table() {
		if m.Kind != collector.Histogram {
			line(&b, m.Name, m.Labels)
			continue
		}
		line(&b, m.Name, m.Labels) // native histogram
		line(&b, m.Name+"_bucket", slices.Concat(m.Labels, []string{"le"}))
		line(&b, m.Name+"_count", m.Labels)
		line(&b, m.Name+"_sum", m.Labels)
	}
	b.WriteString("} as const satisfies Record<string, readonly string[]>;\n")
	return []byte(b.String())
}

func line(b *strings.Builder, name string, labels []string) {
	quoted := make([]string, len(labels))
	for i, label := range labels {
		quoted[i] = fmt.Sprintf("%q", label)
	}
	fmt.Fprintf(b, "  %s: [%s],\n", name, strings.Join(quoted, ", "))
}

//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// summarize prints one line for each alert that arrived, with the times of firing and
// resolution.
func (s *stack) summarize() {
	s.t.Helper()
	type line struct{ firing, resolved arrival }
	var order []string
	lines := make(map[string]*line)
	for _, each := range s.webhook.all() {
		l := lines[each.Fingerprint]
		if l == nil {
			l = &line{firing: each}
			lines[each.Fingerprint] = l
			order = append(order, each.Fingerprint)
		}
		if each.Status == "resolved" {
			l.resolved = each
		}
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ALERT\tFIRING\tRESOLVED\tRECEIVER\tSUMMARY")
	const clock = "15:04:05"
	for _, fingerprint := range order {
		l := lines[fingerprint]
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.firing.alert(), l.firing.at.Format(clock), l.resolved.at.Format(clock),
			strings.TrimPrefix(l.firing.path, "/alerts/"), l.firing.Annotations["summary"])
	}
	_ = table.Flush()
	s.t.Logf("what the webhook got, %d alerts:\n%s", len(order), text.String())
}

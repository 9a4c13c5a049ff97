package providertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"export_status_exporter/provider"
)

// BenchmarkFetch measures a refresh without a network: signing, decoding and mapping.
// The item function returns one item of the answer's list, answer wraps the items, and
// source returns a source that uses the given API.
func BenchmarkFetch(b *testing.B, item func(i int) string, answer func(items string) string, source func(api http.RoundTripper) provider.Source) {
	b.Helper()
	for _, reports := range []int{10, 100, 1000, 10000} {
		b.Run(fmt.Sprintf("reports=%d", reports), func(b *testing.B) {
			items := make([]string, reports)
			for i := range items {
				items[i] = item(i)
			}
			text := answer("[" + strings.Join(items, ",") + "]")
			asked := source(JSON(text))
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if snapshot, err := asked.Fetch(b.Context()); err != nil || len(snapshot.Reports) != reports {
					b.Fatal(len(snapshot.Reports), err)
				}
			}
		})
	}
}

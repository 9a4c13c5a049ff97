package krakenfutures

import (
	"testing"

	"export_status_exporter/provider/providertest"
)

// BenchmarkFetch reads one row of a stream, and the balances without decoding them.
func BenchmarkFetch(b *testing.B) {
	for name, answer := range map[string]string{
		streamAccountLog: `{"accountUid":"a","logs":[{"id":5151,"date":"2026-03-01T11:00:00Z","asset":"usd","info":"futures trade"}]}`,
		"accounts":       providertest.File(b, "testdata/krakenfutures_nested_status.json"),
	} {
		b.Run("source="+name, func(b *testing.B) {
			r := newRig(b, name, providertest.Answer{Body: answer})
			b.SetBytes(int64(len(answer)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Fetch(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

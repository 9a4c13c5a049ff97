package collector

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// The door of a scrape that nothing has changed for, that of one after every
// refresh, the naive one through a registry, and the floor: the same bytes
// written ready-made.
func BenchmarkRender(b *testing.B) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, reports := range []int{10, 100, 1000, 10000, 100000} {
		for name, format := range accepts() {
			fleet := []Account{plainAccount("one", reports, now)}
			b.Run(fmt.Sprintf("unchanged/%s/%d", name, reports), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := Render(io.Discard, format, fleet, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(fmt.Sprintf("refreshed/%s/%d", name, reports), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					fleet[0].API.ClockSkew(time.Second)
					if err := Render(io.Discard, format, fleet, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
			if reports > 10000 {
				continue // minutes, and gigabytes
			}
			b.Run(fmt.Sprintf("naive/%s/%d", name, reports), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					naive(b, io.Discard, fleet, format)
				}
			})
		}
	}
}

// naive is what most exporters do.
func naive(b *testing.B, w io.Writer, fleet []Account, format expfmt.Format) {
	b.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(New(fleet))
	families, err := registry.Gather()
	if err != nil {
		b.Fatal(err)
	}
	encoder := expfmt.NewEncoder(w, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			b.Fatal(err)
		}
	}
}

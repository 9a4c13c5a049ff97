package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
)

// fleets returns the numbers of accounts and reports to measure. The last ones are many
// accounts with few reports each.
func fleets() [][2]int {
	return [][2]int{{1, 10}, {1, 100}, {1, 1000}, {1, 10000}, {1, 100000}, {1000, 1000}, {1000, 10000}}
}

// naiveLimit is the largest fleet for which the naive exporter is measured. Beyond it,
// one round takes seconds and gigabytes.
const naiveLimit = 10000

func formats() []format {
	return []format{
		text(),
		{"openmetrics", "application/openmetrics-text;version=1.0.0", expfmt.NewFormat(expfmt.TypeOpenMetrics)},
		{"protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited", expfmt.NewFormat(expfmt.TypeProtoDelim)},
	}
}

// BenchmarkScrape measures scrapes during which only the time changes.
func BenchmarkScrape(b *testing.B) {
	doors := []struct {
		name string
		open func(format, bool) door
	}{{"naive", naive}, {"fast", fast}, {"floor", ready}}
	for _, f := range formats() {
		for _, compression := range []string{"none", "gzip"} {
			for _, size := range fleets() {
				for _, d := range doors {
					if d.name == "naive" && size[1] > naiveLimit {
						continue
					}
					name := fmt.Sprintf("format=%s/compression=%s/accounts=%d/reports=%d/door=%s", f.name, compression, size[0], size[1], d.name)
					b.Run(name, func(b *testing.B) {
						fleet := accountsOf(size[0], size[1], time.Now())
						handler := d.open(f, compression == "gzip")(fleet)
						if err := ask(handler); err != nil { // fills the caches
							b.Fatal(err)
						}
						b.ReportAllocs()
						for b.Loop() {
							for i := range fleet {
								fleet[i].View.Now = fleet[i].View.Now.Add(time.Second)
							}
							if err := ask(handler); err != nil {
								b.Fatal(err)
							}
						}
					})
				}
			}
		}
	}
}

// BenchmarkCycle fetches over loopback, decodes, collects and encodes.
func BenchmarkCycle(b *testing.B) {
	for _, size := range [][2]int{{1, 10}, {1, 100}, {1, 1000}, {1, 10000}, {10, 100000}, {1000, 1000}, {1000, 10000}} {
		for _, name := range []string{"naive", "fast"} {
			if name == "naive" && size[1] > naiveLimit {
				continue
			}
			b.Run(fmt.Sprintf("accounts=%d/reports=%d/door=%s", size[0], size[1], name), func(b *testing.B) {
				round, stop, err := cycleOf(size[0], size[1], name == "naive")
				if err != nil {
					b.Fatal(err)
				}
				defer stop()
				if err := round(); err != nil { // opens the connections
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := round(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

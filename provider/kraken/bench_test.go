package kraken

import (
	"fmt"
	"strings"
	"testing"

	"export_status_exporter/provider/providertest"
)

// BenchmarkFetch is one refresh without a network: signing, decoding, mapping.
func BenchmarkFetch(b *testing.B) {
	for _, reports := range []int{10, 1000, 10000} {
		items := make([]string, reports)
		for i := range items {
			items[i] = fmt.Sprintf(`{"id":"R%07X","descr":"my_trades_1","format":"CSV","report":"trades","status":"Processed",`+
				`"createdtm":"1688669085","expiretm":"1688878685","starttm":"1688669093","completedtm":"1688669093",`+
				`"datastarttm":"1683556800","dataendtm":"1688669085","aclass":"forex","asset":"all"}`, i)
		}
		answer := `{"error":[],"result":[` + strings.Join(items, ",") + `]}`
		b.Run(fmt.Sprint(reports), func(b *testing.B) {
			c := config("trades")
			source := c.Sources(providertest.Deps(providertest.JSON(answer)), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
			b.SetBytes(int64(len(answer)))
			b.ReportAllocs()
			for b.Loop() {
				if snapshot, err := source.Fetch(b.Context()); err != nil || len(snapshot.Reports) != reports {
					b.Fatal(len(snapshot.Reports), err)
				}
			}
		})
	}
}

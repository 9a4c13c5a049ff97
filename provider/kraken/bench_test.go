package kraken

import (
	"fmt"
	"net/http"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func BenchmarkFetch(b *testing.B) {
	providertest.BenchmarkFetch(b, func(i int) string {
		return fmt.Sprintf(`{"id":"R%07X","descr":"my_trades_1","format":"CSV","report":"trades","subtype":"all","status":"Processed",`+
			`"flags":"0","fields":"all","createdtm":"1688669085","expiretm":"1688878685","starttm":"1688669093",`+
			`"completedtm":"1688669093","datastarttm":"1683556800","dataendtm":"1688669085","aclass":"forex","asset":"all"}`, i)
	}, func(items string) string {
		return `{"error":[],"result":` + items + `}`
	}, func(api http.RoundTripper) provider.Source {
		c := config("trades")
		return c.Sources(providertest.Deps(api), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
	})
}

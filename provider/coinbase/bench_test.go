package coinbase

import (
	"fmt"
	"net/http"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func BenchmarkFetch(b *testing.B) {
	providertest.BenchmarkFetch(b, func(i int) string {
		return fmt.Sprintf(`{"id":"66e2dc58-a11b-4ae7-af08-%012x","type":"fills","created_at":"2019-07-25T22:14:01.332Z",`+
			`"completed_at":"2019-07-25T22:15:01.332Z","expires_at":"2019-08-01T22:14:01.332Z","status":"ready","user_id":"a",`+
			`"file_url":"https://example.org/a","file_count":"1","params":{"start_date":"2019-06-25T00:00:00Z",`+
			`"end_date":"2019-07-25T00:00:00Z","format":"csv","product_id":"BTC-USD","email":"a@example.org"}}`, i)
	}, func(items string) string {
		return items
	}, func(api http.RoundTripper) provider.Source {
		c := newRig(b, nil).config
		return c.Sources(providertest.Deps(api), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
	})
}

package onlyfansapi

import (
	"fmt"
	"net/http"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func BenchmarkFetch(b *testing.B) {
	providertest.BenchmarkFetch(b, func(i int) string {
		return fmt.Sprintf(`{"id":"export_%d","type":"transactions","status":"in_progress","file_type":"csv","start_date":"2026-01-01T00:00:00Z",`+
			`"end_date":"2026-02-01T00:00:00Z","created_at":"2026-02-27T00:00:00Z","completed_at":null,"failed_at":null,`+
			`"total_rows":1000,"rows_processed":420,"progress_percentage":42,"credit_cost":12,"accounts":["a","b"],`+
			`"export_columns":["a","b","c"],"download_url":null}`, i)
	}, func(items string) string {
		return `{"data":{"data":` + items + `,"meta":{"current_page":1,"last_page":1}},"_meta":{"_credits":{"used":0,"balance":500}}}`
	}, func(api http.RoundTripper) provider.Source {
		c := newRig(b, nil).config
		return c.Sources(providertest.Deps(api), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
	})
}

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"export_status_exporter/provider"
)

// BenchmarkPages measures the pages of 2,000 and 20,000 exports, in every
// status, of 20 accounts.
func BenchmarkPages(b *testing.B) {
	for _, exports := range []int{2000, 20000} {
		f := Fleet{Now: moment0()}
		for i := range 20 {
			var reports []provider.Report
			for j := range exports / 20 {
				status := provider.Statuses()[(i+j)%provider.NumStatuses]
				reports = append(reports, report(fmt.Sprintf("%08x-0000-4000-8000-%012x", i, j), fmt.Sprint("type-", j%12), status, time.Duration(j+1)*17*time.Minute))
			}
			f.Accounts = append(f.Accounts, view(fmt.Sprint("desk-", i), "coinbase_exchange", up("reports", reports...)))
		}
		pages := pagesOf(f)
		for _, target := range []string{"/exports", "/exports?sort=-age&page=7", "/exports?search=0007", "/exports?urgency=stuck", "/exports?format=json", "/export?id=00000007-0000-4000-8000-000000000007", "/"} {
			handler := pages.Exports
			switch {
			case target == "/":
				handler = pages.Landing
			case target[:8] == "/export?":
				handler = pages.Export
			}
			b.Run(fmt.Sprint(exports, target), func(b *testing.B) {
				request := httptest.NewRequest(http.MethodGet, target, nil)
				for b.Loop() {
					answer := httptest.NewRecorder()
					handler(answer, request)
					if answer.Code != 200 {
						b.Fatal(answer.Code)
					}
					b.ReportMetric(float64(answer.Body.Len()), "bytes")
				}
			})
		}
	}
}

package kraken

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

const fixture = "testdata/kraken_export_status.json"

// TestExampleOfTheDocumentation decodes the verbatim example of the page "Get Export
// Report Status".
func TestExampleOfTheDocumentation(t *testing.T) {
	t.Parallel()
	got, failed := fetch(t, providertest.Answer{Body: providertest.File(t, fixture)})
	if failed != nil {
		t.Fatal(failed)
	}
	want := provider.Snapshot{
		Complete: true,
		Reports: []provider.Report{
			{
				ID: "VSKC", Type: "trades", Format: "CSV",
				Status: provider.StatusReady, Progress: provider.Num(1),
				Created:   time.Date(2023, 7, 6, 18, 44, 45, 0, time.UTC),
				Started:   time.Date(2023, 7, 6, 18, 44, 53, 0, time.UTC),
				Completed: time.Date(2023, 7, 6, 18, 44, 53, 0, time.UTC),
				Expires:   time.Date(2023, 7, 9, 4, 58, 5, 0, time.UTC),
				DataStart: time.Date(2023, 5, 8, 14, 40, 0, 0, time.UTC),
				DataEnd:   time.Date(2023, 7, 6, 18, 44, 45, 0, time.UTC),
			},
			{
				ID: "TCJA", Type: "trades", Format: "CSV",
				Status: provider.StatusReady, Progress: provider.Num(1),
				Created:   time.Date(2023, 7, 3, 5, 53, 57, 0, time.UTC),
				Started:   time.Date(2023, 7, 3, 5, 54, 24, 0, time.UTC),
				Completed: time.Date(2023, 7, 3, 5, 54, 24, 0, time.UTC),
				Expires:   time.Date(2023, 7, 5, 16, 7, 17, 0, time.UTC),
				DataStart: time.Date(2023, 5, 4, 21, 20, 0, 0, time.UTC),
				DataEnd:   time.Date(2023, 7, 3, 5, 53, 57, 0, time.UTC),
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
	// The expiry is deprecated and its samples are inconsistent, so it must not affect
	// the status.
	if status := got.Reports[0].StatusAt(providertest.Start()); status != provider.StatusReady {
		t.Errorf("years after its expiry the report is %s", status)
	}
	if shown := fmt.Sprintf("%+v", got); strings.Contains(shown, "my_trades") {
		t.Errorf("the requester's description is decoded: %s", shown)
	}
}

// TestEveryFieldOfTheNewerPage covers the fields that the fixture lacks.
func TestEveryFieldOfTheNewerPage(t *testing.T) {
	t.Parallel()
	got := one(t, `{
		"id": "GEHI", "descr": "for Jo", "format": "TSV", "report": "ledgers", "subtype": "all",
		"status": "Processing", "fields": ["time", "fee"], "asset": ["XBT", "ETH"],
		"createdtm": "1772366400", "starttm": "1772366460", "completedtm": "0", "expiretm": "0",
		"datastarttm": "1769904000", "dataendtm": "1772323199", "endtm": "1772366400",
		"asset_classes": ["currency"], "delete": false, "new_field": {"a": [1]}
	}`)
	want := provider.Report{
		ID: "GEHI", Type: "ledgers", Format: "TSV", Status: provider.StatusProcessing, PendingDeletion: provider.Num(0),
		Created:   time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Started:   time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC),
		DataStart: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		DataEnd:   time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

package kraken

import (
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestAReportsErrorIsNoSuccess: a report that carries an error is never ready,
// whatever its status says.
func TestAReportsErrorIsNoSuccess(t *testing.T) {
	t.Parallel()
	failed, cancelled, expired, ready := provider.StatusFailed, provider.StatusCancelled, provider.StatusExpired, provider.StatusReady
	for _, c := range []struct {
		fields string
		want   provider.Status
	}{
		{`"status":"Processed","error":"EExport:Exported size too big"`, failed},
		{`"status":"Processed","error":"EExport:Internal error"`, failed},
		{`"status":"Queued","error":"EExport:Unexpected error"`, failed},
		{`"status":"Processing","error":["EExport:Internal error"]`, failed},
		{`"status":"Processed","error":"something new"`, failed},
		{`"status":"Processed","error":{"code":1}`, failed},
		{`"status":"Processed","error":"EExport:Canceled"`, cancelled},
		{`"status":"Processed","error":["eexport : cancelled"]`, cancelled},
		{`"status":"Queued","error":"EExport:Canceled:by user"`, cancelled},
		{`"status":"Processed","error":"EExport:Deleted"`, expired},
		{`"status":"processed","error":" EExport: Deleted "`, expired},
		{`"status":"Queued","error":"EExport:Deleted"`, cancelled},
		{`"status":"Processed","error":["EExport:Deleted","EExport:Internal error"]`, failed},
		{`"status":"Processed","error":"EExport:Internal error","delete":true`, failed},
		{`"status":"New","error":"EExport:Internal error"`, failed},
		{`"status":"Processed","error":""`, ready},
		{`"status":"Processed","error":null`, ready},
		{`"status":"Processed","error":[]`, ready},
		{`"status":"Processed","error":[""]`, ready},
		{`"status":"Processed","error":false`, ready},
	} {
		got := one(t, `{"id":"A",`+c.fields+`,"createdtm":"1772366000","completedtm":"1772366400"}`)
		if got.Status != c.want {
			t.Errorf("%s: %s, want %s", c.fields, got.Status, c.want)
		}
		if known := !got.Completed.IsZero(); known != (c.want == ready || c.want == expired) {
			t.Errorf("%s: completed %s", c.fields, got.Completed)
		}
		if got.ReachedReady() != (c.want == ready || c.want == expired) {
			t.Errorf("%s: reached ready: %t", c.fields, got.ReachedReady())
		}
	}
}

// TestTheKeysEndInEitherSpelling: the vendor's example and its schema differ.
func TestTheKeysEndInEitherSpelling(t *testing.T) {
	t.Parallel()
	at := time.Unix(1793534400, 0).UTC()
	for fields, c := range map[string]struct {
		want    time.Time
		remarks int
	}{
		`,"validUntil":"1793534400"`:                   {at, 0},
		`,"valid_until":"1793534400"`:                  {at, 0},
		`,"valid_until":1793534400`:                    {at, 0},
		`,"validUntil":"2026-11-01T12:00:00Z"`:         {at, 0},
		`,"validUntil":"1793534400","valid_until":"0"`: {at, 0},
		`,"valid_until":"0"`:                           {time.Time{}, 0},
		`,"validUntil":null`:                           {time.Time{}, 0},
		`,"valid_until":"never"`:                       {time.Time{}, 1},
		``:                                             {time.Time{}, 1},
	} {
		c2 := config("trades")
		c2.CheckKey = true
		answer := `{"error":[],"result":{"permissions":["export-data"]` + fields + `}}`
		source := c2.Sources(providertest.Deps(providertest.JSON(nothing, answer)), providertest.Secrets(t, c2.Secrets()), &providertest.Observer{})[0]
		snapshot, err := source.Fetch(t.Context())
		if err != nil || !snapshot.KeyExpires.Equal(c.want) || len(snapshot.Warnings) != c.remarks {
			t.Errorf("%s: %s, %q, error %v", fields, snapshot.KeyExpires, snapshot.Warnings, err)
		}
	}
}

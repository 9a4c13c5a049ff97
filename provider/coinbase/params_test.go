package coinbase

import (
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestRangesInEveryForm checks that the data range is read in every form of a request,
// at the top level or under the report's type.
func TestRangesInEveryForm(t *testing.T) {
	t.Parallel()
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	endOf := func(year int) time.Time { return time.Date(year, time.December, 31, 23, 59, 59, 0, time.UTC) }
	var none time.Time
	for params, want := range map[string][2]time.Time{
		`{"start_date":"2026-01-01","end_date":"2026-02-01"}`:                                  {day(2026, 1, 1), day(2026, 2, 1)},
		`{"startDate":1767225600,"endDate":1769904000}`:                                        {day(2026, 1, 1), day(2026, 2, 1)},
		`{"fills":{"start_date":"2026-01-01","end_date":"2026-02-01","product_id":"BTC-USD"}}`: {day(2026, 1, 1), day(2026, 2, 1)},
		`{"account":{"start_date":"2026-01-01","end_date":"2026-02-01"},"format":"csv"}`:       {day(2026, 1, 1), day(2026, 2, 1)},
		`{"otc_fills":{"start_date":"2026-01-01","end_date":"2026-02-01"}}`:                    {day(2026, 1, 1), day(2026, 2, 1)},
		`{"something-new":{"start_date":"2026-01-01","end_date":"2026-02-01"}}`:                {day(2026, 1, 1), day(2026, 2, 1)},
		`{"fills":{"end_date":"2026-02-01"}}`:                                                  {none, day(2026, 2, 1)},
		`{"datetime":"2026-01-31"}`:                                                            {none, day(2026, 1, 31)},
		`{"balance":{"datetime":"2026-01-31","group_by_profile":true}}`:                        {none, day(2026, 1, 31)},
		`{"start_date":"2026-01-01","datetime":"2026-01-31"}`:                                  {day(2026, 1, 1), day(2026, 1, 31)},
		`{"end_date":"2026-02-01","datetime":"2026-01-31"}`:                                    {none, day(2026, 2, 1)},
		`{"year":2024}`:   {day(2024, 1, 1), endOf(2024)},
		`{"year":"2024"}`: {day(2024, 1, 1), endOf(2024)},
		`{"1099k-transaction-history":{"year":2024}}`: {day(2024, 1, 1), endOf(2024)},
		`{"year":2026}`:                         {day(2026, 1, 1), day(2026, 3, 1)}, // the creation time
		`{"year":2024,"end_date":"2026-02-01"}`: {none, day(2026, 2, 1)},
		`{"start_date":"2026-01-02","end_date":"2026-01-03","fills":{"start_date":"2020-01-01"}}`:                   {day(2026, 1, 2), day(2026, 1, 3)},
		`{"fills":{"start_date":null,"end_date":""},"format":"csv"}`:                                                {none, none},
		`{"fills":[],"account":"x","year":null,"datetime":null}`:                                                    {none, none},
		`{"user":{"year":2024,"datetime":"2024-01-01","start_date":"2024-01-01"}}`:                                  {none, none},
		`{"user":{"preferences":{"year":2024}},"profile":{"deeper":{"year":2024}}}`:                                 {none, none},
		`{"year":0,"start_date":"0"}`:                                                                               {none, none},
		`{"fills":{"start_date":"2026-01-01","end_date":"2026-02-01"},"account":{"start_date":null,"end_date":""}}`: {day(2026, 1, 1), day(2026, 2, 1)},
		`{"start_date":"2026-01-01","fills":{"end_date":"2026-02-01"}}`:                                             {day(2026, 1, 1), day(2026, 2, 1)},
		`{"end_date":null,"fills":null,"account":{"end_date":"2026-02-01"},"rfq_fills":{"end_date":"2020-01-01"}}`:  {none, day(2026, 2, 1)},
		`"none"`: {none, none},
		`{"a_name_that_is_longer_than_any_that_is_looked_for":{"year":2024}}`:                                {day(2024, 1, 1), endOf(2024)},
		`{"fills":{"start_date":"2026-01-01"},"account":{"end_date":"2026-02-01"}}`:                          {day(2026, 1, 1), day(2026, 2, 1)},
		`{"FILLS":{"START_DATE":"2026-01-01T00:00:00Z","END-DATE":"2026-02-01T00:00:00.000Z"},"FORMAT":"x"}`: {day(2026, 1, 1), day(2026, 2, 1)},
	} {
		got := one(t, `{"id":"A","status":"ready","created_at":"2026-03-01","params":`+params+`}`)
		if !got.DataStart.Equal(want[0]) || !got.DataEnd.Equal(want[1]) {
			t.Errorf("%s: %s to %s, want %s to %s", params, got.DataStart, got.DataEnd, want[0], want[1])
		}
	}
}

// TestUnreadableRangesAreCounted checks that an invalid data range is counted.
func TestUnreadableRangesAreCounted(t *testing.T) {
	t.Parallel()
	for params, fields := range map[string][]provider.Field{
		`{"start_date":"soon"}`:           {provider.FieldDataStart},
		`{"fills":{"end_date":[1]}}`:      {provider.FieldDataEnd},
		`{"datetime":"noon"}`:             {provider.FieldDataEnd},
		`{"year":"this"}`:                 {provider.FieldDataStart, provider.FieldDataEnd},
		`{"year":24}`:                     {provider.FieldDataStart, provider.FieldDataEnd},
		`{"year":2024.5}`:                 {provider.FieldDataStart, provider.FieldDataEnd},
		`{"year":{"from":2024}}`:          nil, // treated like an object for any report type
		`{"year":2024}`:                   nil,
		`{"year":0}`:                      nil,
		`{"tax-invoice":{"year":[2024]}}`: {provider.FieldDataStart, provider.FieldDataEnd},
	} {
		snapshot, failed := newRig(t, nil, providertest.Answer{Body: `[{"id":"A","status":"ready","params":` + params + `}]`}).fetch(t)
		var want provider.Unreadable
		for _, field := range fields {
			want[field]++
		}
		if failed != nil || snapshot.Unreadable != want {
			t.Errorf("%s: %v, %v", params, failed, snapshot.Unreadable)
		}
	}
}

package apiclient_test

import (
	"math"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// read decodes one field of an object, which may be absent.
func read[T any](t *testing.T, field string) T {
	t.Helper()
	var object struct {
		Field T `json:"field"`
	}
	if err := json.Unmarshal([]byte("{"+field+"}"), &object, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		t.Errorf("%s: %v", field, err)
	}
	return object.Field
}

func TestText(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]apiclient.Text{
		``:                     "",
		`"field": null`:        "",
		`"field": ""`:          "",
		`"field": "a"`:         "a",
		`"field": " a "`:       " a ",
		`"field": "\u00e9\n"`:  "é\n",
		`"field": "\ud800"`:    "\uFFFD",
		`"field": 7`:           "7",
		`"field": -1.5e3`:      "-1.5e3",
		`"field": true`:        "true",
		`"field": false`:       "false",
		`"field": {"a": "b"}`:  "",
		`"field": ["a"]`:       "",
		`"field": "null"`:      "null",
		`"field":   "spaced" `: "spaced",
	} {
		if got := read[apiclient.Text](t, field); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	unknown := provider.Number{}
	for field, want := range map[string]provider.Number{
		``:                        unknown,
		`"field": null`:           unknown,
		`"field": ""`:             unknown,
		`"field": "null"`:         unknown,
		`"field": "n/a"`:          unknown,
		`"field": true`:           unknown,
		`"field": {}`:             unknown,
		`"field": [1]`:            unknown,
		`"field": "NaN"`:          unknown,
		`"field": "Infinity"`:     unknown,
		`"field": "-inf"`:         unknown,
		`"field": 1e999`:          unknown,
		`"field": "1,000"`:        unknown,
		`"field": "50%"`:          unknown,
		`"field": 0`:              provider.Num(0),
		`"field": "0"`:            provider.Num(0),
		`"field": 50`:             provider.Num(50),
		`"field": "50"`:           provider.Num(50),
		`"field": " 50 "`:         provider.Num(50),
		`"field": -7.25`:          provider.Num(-7.25),
		`"field": "1688669085"`:   provider.Num(1688669085),
		`"field": 1.688669085e9`:  provider.Num(1688669085),
		`"field": "1688669085.5"`: provider.Num(1688669085.5),
	} {
		if got := read[apiclient.Number](t, field).Number; got != want {
			t.Errorf("%s: %+v, want %+v", field, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]provider.Number{
		``:              {},
		`"field": -1`:   {},
		`"field": 0`:    provider.Num(0),
		`"field": "12"`: provider.Num(12),
	} {
		if got := read[apiclient.Number](t, field).Count(); got != want {
			t.Errorf("%s: %+v, want %+v", field, got, want)
		}
	}
}

func TestUnixTime(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]time.Time{
		``:                               {},
		`"field": null`:                  {},
		`"field": ""`:                    {},
		`"field": 0`:                     {},
		`"field": "0"`:                   {},
		`"field": "0.0"`:                 {},
		`"field": -1`:                    {},
		`"field": 0.5`:                   {},
		`"field": "1688669085"`:          time.Date(2023, 7, 6, 18, 44, 45, 0, time.UTC),
		`"field": 1688669085`:            time.Date(2023, 7, 6, 18, 44, 45, 0, time.UTC),
		`"field": "1688669085.1234"`:     time.Date(2023, 7, 6, 18, 44, 45, 123400000, time.UTC),
		`"field": 1688669085.999999999`:  time.Date(2023, 7, 6, 18, 44, 46, 0, time.UTC),
		`"field": 1`:                     time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC),
		`"field": 1688669085000`:         {}, // milliseconds
		`"field": "1688669085000000000"`: {}, // nanoseconds
		`"field": 253402214400`:          time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		`"field": 253402214401`:          {},
		`"field": 1e300`:                 {},
	} {
		if diff := cmp.Diff(want, read[apiclient.Number](t, field).UnixTime()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

func TestBool(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]provider.Number{
		``:                  {},
		`"field": null`:     {},
		`"field": ""`:       {},
		`"field": "maybe"`:  {},
		`"field": 2`:        {},
		`"field": {}`:       {},
		`"field": true`:     provider.Num(1),
		`"field": false`:    provider.Num(0),
		`"field": "true"`:   provider.Num(1),
		`"field": "False"`:  provider.Num(0),
		`"field": " TRUE "`: provider.Num(1),
		`"field": 1`:        provider.Num(1),
		`"field": 0`:        provider.Num(0),
		`"field": "1"`:      provider.Num(1),
	} {
		if got := read[apiclient.Bool](t, field).Number(); got != want {
			t.Errorf("%s: %+v, want %+v", field, got, want)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := func(ns int) time.Time { return time.Date(2019, 7, 25, 22, 14, 1, ns, time.UTC) }
	for field, want := range map[string]time.Time{
		``:                                        {},
		`"field": null`:                           {},
		`"field": ""`:                             {},
		`"field": "0"`:                            {},
		`"field": 0`:                              {},
		`"field": false`:                          {},
		`"field": {}`:                             {},
		`"field": "0000-00-00 00:00:00"`:          {},
		`"field": "0001-01-01T00:00:00Z"`:         {},
		`"field": "1970-01-01T00:00:00Z"`:         {},
		`"field": "2019-07-25T25:14:01Z"`:         {},
		`"field": "yesterday"`:                    {},
		`"field": "9999-12-31T23:59:59Z"`:         {},
		`"field": "2019-07-25T22:14:01Z"`:         at(0),
		`"field": "2019-07-25T22:14:01.332Z"`:     at(332000000),
		`"field": "2019-07-25T22:14:01.332578Z"`:  at(332578000),
		`"field": "2019-07-25T22:14:01+00:00"`:    at(0),
		`"field": "2019-07-26T00:14:01.5+02:00"`:  at(500000000),
		`"field": "2019-07-25T22:14:01+0000"`:     at(0),
		`"field": "2019-07-25T22:14:01"`:          at(0),
		`"field": "2019-07-25 22:14:01.332Z"`:     at(332000000),
		`"field": "2019-07-25 22:14:01+00:00"`:    at(0),
		`"field": "2019-07-25 22:14:01.78953+00"`: at(789530000),
		`"field": "2019-07-26 00:14:01+02"`:       at(0),
		`"field": "2019-07-25 22:14:01.332"`:      at(332000000),
		`"field": " 2019-07-25T22:14:01Z\n"`:      at(0),
		`"field": "2019-07-25"`:                   time.Date(2019, 7, 25, 0, 0, 0, 0, time.UTC),
	} {
		if diff := cmp.Diff(want, read[apiclient.Time](t, field).Time); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

func FuzzScalars(f *testing.F) {
	for _, seed := range []string{
		`null`, `""`, `"0"`, `0`, `-1`, `1e999`, `"1688669085.5"`, `1688669085123`, `true`, `[]`, `{}`,
		`"2019-07-25T22:14:01.332Z"`, `"\ud800"`, `"0001-01-01T00:00:00Z"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !jsontext.Value(raw).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
			return
		}
		field := `"field":` + string(raw)
		_ = read[apiclient.Text](t, field)
		_ = read[apiclient.Bool](t, field)
		_ = read[apiclient.Lenient[map[string]int]](t, field)
		_ = read[apiclient.Lenient[[]struct{ A, B []int }]](t, field)
		number := read[apiclient.Number](t, field)
		if math.IsNaN(number.Value) || math.IsInf(number.Value, 0) || !number.Known && number.Value != 0 {
			t.Errorf("%s: %+v", raw, number)
		}
		for _, moment := range []time.Time{number.UnixTime(), read[apiclient.Time](t, field).Time} {
			if !moment.IsZero() && (moment.Unix() < 0 || moment.Year() > 9999 || moment.Location() != time.UTC) {
				t.Errorf("%s: moment %s", raw, moment)
			}
		}
	})
}

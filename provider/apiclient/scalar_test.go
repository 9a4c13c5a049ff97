package apiclient_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// read decodes one field of an object. The field may be absent.
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

// TestLongTexts checks that long texts are cut before they are decoded, and that
// different ones stay different.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	const limit, long = 64 << 10, 1 << 20
	seen := make(map[apiclient.Text]string)
	for name, raw := range map[string]string{
		"plain":          `"` + strings.Repeat("a", long) + `"`,
		"another end":    `"` + strings.Repeat("a", long) + `b"`,
		"escapes":        `"` + strings.Repeat(`\u00e9`, long/6) + `"`,
		"cut escape":     `"b` + strings.Repeat(`\u00e9`, long/6) + `"`,
		"invalid UTF-8":  `"` + strings.Repeat("\xff", long) + `"`,
		"cut characters": `"b` + strings.Repeat("é", long/2) + `"`,
		"a number":       strings.Repeat("7", long),
	} {
		got := read[apiclient.Text](t, `"field": `+raw)
		if len(got) < limit/3 || len(got) > 3*limit+65 || !utf8.ValidString(string(got)) {
			t.Errorf("%s: %d bytes", name, len(got))
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s are the same", name, other)
		}
		seen[got] = name
	}
	exact := strings.Repeat("a", limit-2)
	if got := read[apiclient.Text](t, `"field": "`+exact+`"`); got != apiclient.Text(exact) {
		t.Errorf("a text of %d bytes became %d", len(exact), len(got))
	}
	if got := read[apiclient.Number](t, `"field": `+strings.Repeat("7", long)); !got.Unreadable {
		t.Error("a number of a million digits is readable")
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	unknown, odd := provider.Number{}, provider.Number{Unreadable: true}
	for field, want := range map[string]provider.Number{
		``:                        unknown,
		`"field": null`:           unknown,
		`"field": ""`:             unknown,
		`"field": "null"`:         odd,
		`"field": "n/a"`:          odd,
		`"field": true`:           odd,
		`"field": {}`:             unknown,
		`"field": [1]`:            odd,
		`"field": []`:             unknown,
		`"field": {"a":{"b":[]}}`: odd,
		`"field": "0x10"`:         odd,
		`"field": "1_000"`:        odd,
		`"field": "--1"`:          odd,
		`"field": "NaN"`:          odd,
		`"field": "Infinity"`:     odd,
		`"field": "-inf"`:         odd,
		`"field": 1e999`:          odd,
		`"field": "1,000"`:        odd,
		`"field": "50%"`:          odd,
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
		got := read[apiclient.Number](t, field).Number
		if got != want {
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

func TestBool(t *testing.T) {
	t.Parallel()
	odd := provider.Number{Unreadable: true}
	for field, want := range map[string]provider.Number{
		``:                  {},
		`"field": null`:     {},
		`"field": ""`:       {},
		`"field": "maybe"`:  odd,
		`"field": 2`:        odd,
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
	at := func(ns int) provider.Moment {
		return provider.Moment{Time: time.Date(2019, 7, 25, 22, 14, 1, ns, time.UTC)}
	}
	minute := provider.Moment{Time: time.Date(2019, 7, 25, 22, 14, 0, 0, time.UTC)}
	day := provider.Moment{Time: time.Date(2019, 7, 25, 0, 0, 0, 0, time.UTC)}
	nothing, odd := provider.Moment{}, provider.Moment{Unreadable: true}
	for value, want := range map[string]provider.Moment{
		`null`: nothing, `""`: nothing, `" "`: nothing, `{}`: nothing, `[]`: nothing,
		`"0"`: nothing, `0`: nothing, `"0.0"`: nothing, `-1`: nothing, `"-1"`: nothing, `-62135596800`: nothing,
		`"0000-00-00 00:00:00"`: nothing, `"0000-00-00"`: nothing, `"0001-01-01T00:00:00Z"`: nothing, `"1970-01-01T00:00:00Z"`: nothing,
		`"9999-12-31T23:59:59Z"`: nothing,

		`false`: odd, `true`: odd, `{"a":1}`: odd, `[0]`: odd, `"yesterday"`: odd, `"null"`: odd, `"n/a"`: odd,
		`"2019-07-25T25:14:01Z"`: odd, `"2019-02-29"`: odd, `"2019-13-01"`: odd, `"2019-07-25T22:60:01Z"`: odd, `"2019-07-25T"`: odd,
		`"2019-07-25T22:14:01+15:00"`: odd, `"2019-07-25T22:14:01 EST"`: odd, `"2019-07-25T22:14:01Z more"`: odd, `"2019-07-25T22:14:01."`: odd,
		`"25.07.2019"`: odd, `"07/25/2019"`: odd, `"Thu, 25 Jul 2019 22:14:01 EST"`: odd, `12345`: odd, `"99999999"`: odd, `1e300`: odd,

		`"2019-07-25T22:14:01Z"`: at(0), `"2019-07-25t22:14:01z"`: at(0), `"2019-07-25 22:14:01Z"`: at(0), `" 2019-07-25T22:14:01Z\n"`: at(0),
		`"2019-07-25T22:14:01.332Z"`: at(332000000), `"2019-07-25T22:14:01,332Z"`: at(332000000), `"2019-07-25T22:14:01.3325781234Z"`: at(332578123),
		`"2019-07-25T22:14:01+00:00"`: at(0), `"2019-07-25T22:14:01-00:00"`: at(0), `"2019-07-26T00:14:01.5+02:00"`: at(500000000),
		`"2019-07-25T22:14:01+0000"`: at(0), `"2019-07-25T22:14:01+00"`: at(0), `"2019-07-26 00:14:01+02"`: at(0), `"2019-07-25T19:44:01-0230"`: at(0),
		`"2019-07-25T22:14:01"`: at(0), `"2019-07-25 22:14:01.332"`: at(332000000), `"2019-07-25 22:14:01.78953+00"`: at(789530000),
		`"2019-07-25 22:14:01 UTC"`: at(0), `"2019-07-25 22:14:01 gmt"`: at(0), `"2019-07-25T22:14:01UTC"`: at(0), `"2019-07-25 22:14:01 +0000"`: at(0),
		`"2019-07-26 00:14:01 +02:00"`: at(0), `"2019-07-25 22:14:01.5 +0000 UTC"`: at(500000000), `"2019-07-26T00:14:01+02:00[Europe/Berlin]"`: at(0),
		`"2019/07/25 22:14:01"`: at(0), `"20190725T221401Z"`: at(0), `"2019-07-25T22:14:00.999999999Z"`: {Time: minute.Time.Add(999999999)},
		`"2019-07-25T22:13:60Z"`: minute,
		`"2019-07-25T22:14Z"`:    minute, `"2019-07-25 22:14"`: minute, `"2019-07-26T00:14+02:00"`: minute, `"20190725T2214Z"`: minute,
		`"2019-07-25"`: day, `"2019/07/25"`: day, `20190725`: day, `"20190725"`: day,
		`"Thu, 25 Jul 2019 22:14:01 GMT"`: at(0), `"Thu, 25 Jul 2019 22:14:01 UTC"`: at(0), `"Thu, 25 Jul 2019 22:14:01 +0000"`: at(0),
		`"Fri, 26 Jul 2019 00:14:01 +0200"`: at(0), `"thu, 25 jul 2019 22:14:01 gmt"`: at(0), `"25 Jul 2019 22:14:01 GMT"`: at(0),
		`"Thursday, 25-Jul-19 22:14:01 GMT"`: at(0), `"Thu Jul 25 22:14:01 2019"`: at(0), `"Thu Jul 25 22:14:01 UTC 2019"`: at(0),
		`1564092841`: at(0), `"1564092841"`: at(0), `1564092841.5`: at(500000000), `"1564092841.332"`: at(332000000), `1.564092841e9`: at(0),
		`1564092841332`: at(332000000), `"1564092841332"`: at(332000000), `1564092841332000`: at(332000000), `1564092841332000000`: at(332000000),
		`253402214399`: {Time: time.Date(1978, 1, 11, 21, 30, 14, 399000000, time.UTC)},
		`253402214400`: {}, `253402300799`: {}, `253402300800`: {Time: time.Date(1978, 1, 11, 21, 31, 40, 800000000, time.UTC)},
	} {
		got := read[apiclient.Time](t, `"field": `+value).Moment
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	if got := read[apiclient.Time](t, ``).Moment; got != nothing {
		t.Errorf("absent: %+v", got)
	}
}

func FuzzScalars(f *testing.F) {
	for _, seed := range []string{
		`null`, `""`, `"0"`, `0`, `-1`, `1e999`, `"1688669085.5"`, `1688669085123`, `true`, `[]`, `{}`,
		`20260301103015`, `"20261341103015"`, `"2026-02-28T24:00:00Z"`, `"Sun Mar 01 2026 10:30:15 GMT+0000 (Coordinated Universal Time)"`, `"yes"`,
		`"Sun Mar 01 05:30:15 -0500 2026"`, `"20260301T103015Z"`, `"2026-03-01t10:30:15,5+02"`, `1772361015000000`, `"Sunday, 01-Mar-26 10:30:15 UTC"`,
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
		for _, moment := range []time.Time{apiclient.UnixMoment(number.Value).Time, read[apiclient.Time](t, field).Time} {
			if !moment.IsZero() && (moment.Unix() < 0 || moment.Year() > 9999 || moment.Location() != time.UTC) {
				t.Errorf("%s: moment %s", raw, moment)
			}
		}
	})
}

package coinbase

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// params is what was requested, from a report's "params". The data range has the forms
// of the requests: start_date and end_date; datetime, for the state at one time; or
// year, for a tax form. Newer requests put each of these into an object named after the
// report's type. The outermost value wins, then the first. Nothing else is read, and
// nothing about the user.
type params struct {
	Format apiclient.Text
	window
}

// window is the data range in any of its forms.
type window struct {
	Start, End, At apiclient.Time
	Year           apiclient.Number
}

// span returns the data range of a report created at the given time. A year that is not
// over yet ends at that time.
func (w *window) span(created provider.Moment) (start, end provider.Moment) {
	start, end = w.Start.Moment, w.End.Moment
	if end == (provider.Moment{}) {
		end = w.At.Moment
	}
	if start != (provider.Moment{}) || end != (provider.Moment{}) {
		return start, end
	}
	year := w.Year.Value
	switch {
	case year == 0 && !w.Year.Unreadable:
		return start, end
	case year < firstYear || year > lastYear || year != float64(int(year)): // including values that are not numbers
		return provider.Moment{Unreadable: true}, provider.Moment{Unreadable: true}
	}
	first := time.Date(int(year), time.January, 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(1, 0, 0).Add(-time.Second)
	if created.Time.After(first) && created.Time.Before(last) {
		last = created.Time
	}
	return provider.MomentAt(first), provider.MomentAt(last)
}

// The years that a tax form can be about.
const (
	firstYear = 2000
	lastYear  = 2100
)

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (p *params) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*p = params{}
	var nested window
	err := members(decoder, func(name string) error {
		switch {
		case name == "format":
			return p.Format.UnmarshalJSONFrom(decoder)
		case name == "user":
			return decoder.SkipValue()
		case decoder.PeekKind() == jsontext.KindBeginObject:
			var found window
			err := members(decoder, func(name string) error { return found.member(decoder, name) })
			nested.fill(&found)
			return err
		default:
			return p.member(decoder, name)
		}
	})
	p.fill(&nested)
	return err
}

// fill copies the values that w lacks from another window.
func (w *window) fill(from *window) {
	for _, each := range [...]struct{ to, from *apiclient.Time }{{&w.Start, &from.Start}, {&w.End, &from.End}, {&w.At, &from.At}} {
		if *each.to == (apiclient.Time{}) {
			*each.to = *each.from
		}
	}
	if w.Year == (apiclient.Number{}) {
		w.Year = from.Year
	}
}

// member reads one value of a window, or skips any other value.
func (w *window) member(decoder *jsontext.Decoder, name string) error {
	switch name {
	case "startdate":
		return w.Start.UnmarshalJSONFrom(decoder)
	case "enddate":
		return w.End.UnmarshalJSONFrom(decoder)
	case "datetime":
		return w.At.UnmarshalJSONFrom(decoder)
	case "year":
		return w.Year.UnmarshalJSONFrom(decoder)
	default:
		return decoder.SkipValue()
	}
}

// members calls read for each member of an object, with its name in lower case and
// without "_" and "-". Other values have no members.
func members(decoder *jsontext.Decoder, read func(name string) error) error {
	if decoder.PeekKind() != jsontext.KindBeginObject {
		return decoder.SkipValue()
	}
	return apiclient.Each(decoder, func(_ int, name []byte) error { return read(foldName(name)) })
}

// foldName returns one of the expected names, or "".
func foldName(name []byte) string {
	var buffer [16]byte
	folded := buffer[:0]
	for _, c := range name {
		switch {
		case c == '_' || c == '-':
			continue
		case len(folded) == len(buffer):
			return ""
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		folded = append(folded, c)
	}
	for _, expected := range [...]string{"format", "user", "startdate", "enddate", "datetime", "year"} {
		if string(folded) == expected {
			return expected // returning a constant does not allocate
		}
	}
	return ""
}

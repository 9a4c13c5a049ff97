package definition

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// item is one export as decoded from an answer.
type item struct {
	draft provider.Draft // its ID is not shortened
	judged
	// null reports that the item is a JSON null.
	null bool
}

// reader decodes the answers of one source. It reuses texts that repeat from item to
// item, to save allocations.
type reader struct {
	source *Source
	// values holds the values of the answer, and item those of the current item.
	values, item apiclient.PathValues
	// last is the cursor from the most recent item.
	last         cursor
	kind, format string
	word         string
	draft        item
}

// cursor is a value of an answer that a later request sends back.
type cursor struct {
	text   string
	number bool
	// odd reports that the value is present but has no text.
	odd bool
}

func (c cursor) some() bool { return c.text != "" }

// cursorOf returns a copy of a value. Some APIs send false for "none".
func (ps paths) cursorOf(values *apiclient.PathValues) cursor {
	s, at := ps.find(values, nothing)
	if at < 0 {
		return cursor{}
	}
	kind := jsontext.KindString
	if ps[at].literal == nil {
		kind = values.Kind(ps[at].value)
	}
	if kind == jsontext.KindFalse {
		return cursor{}
	}
	return cursor{string(s.Text), kind == jsontext.KindNumber, s.Composite}
}

// page decodes one answer.
type page struct {
	reader *reader
	call   *call
	// response is the answer that is being decoded. Each item counts as weight items of
	// its memory.
	response *apiclient.Response
	weight   int
	http     int // HTTP status if a condition may need it, otherwise 0
	each     func(*item) error
	end      func() error // called after the whole answer was read; may be nil
	count    int
	there    bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (p *page) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	p.there, err = p.call.tree.ReadItems(decoder, &p.reader.values, func(decoder *jsontext.Decoder) error {
		p.count++
		if err := p.response.Items(p.count * p.weight); err != nil {
			return err
		}
		null := decoder.PeekKind() == jsontext.KindNull
		if err := p.reader.source.items.Read(decoder, &p.reader.item); err != nil {
			return err
		}
		each := p.reader.mapped(p.http)
		each.null = null
		return p.each(each)
	})
	return err
}

// blank handles an answer with an empty body as one item without any values.
func (p *page) blank() {
	p.reader.values.Reset(p.call.tree)
	p.reader.item.Reset(p.reader.source.items)
	p.there = true
	p.count = 1
	_ = p.each(p.reader.mapped(p.http)) // cannot fail here
}

// mapped converts the values of the current item. The result is valid until the next
// item.
func (r *reader) mapped(http int) *item {
	s, values := &r.source.report, &r.item
	r.draft = item{}
	d := &r.draft.draft
	d.ID = wholeID(s.id.get(values).Text)
	d.Type = again(&r.kind, cut(s.kind.get(values).Text))
	d.Format = again(&r.format, cut(s.format.get(values).Text))
	d.Word = again(&r.word, cut(s.status.get(values).Text))
	r.draft.judged = s.judge(d.Word, values, http)
	d.Status = r.draft.status
	d.WasReady = r.draft.wasReady
	d.ExpiryEndsReady = s.hasExpiry
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case f.field <= provider.FieldLastEntry:
			*momentOf(d, f.field) = f.paths.moment(values).Moment()
		case f.field == provider.FieldPendingDeletion:
			d.PendingDeletion = f.paths.get(values).Bool().Number()
		default:
			*numberOf(d, f.field) = f.paths.get(values).Number()
		}
	}
	if n := r.source.next; n != nil && n.kind == nextLast {
		r.last = n.from.cursorOf(values)
	}
	return &r.draft
}

// maxTextBytes limits the types, formats and statuses of items. Their labels are shorter.
const maxTextBytes = 256

// cut shortens a text to maxTextBytes.
func cut(text []byte) []byte { return text[:min(len(text), maxTextBytes)] }

// wholeID returns an id. One that is too long for any path ends in a hash, so that
// different ids stay different.
func wholeID(text []byte) string {
	if len(text) <= apiclient.MaxEscapedBytes {
		return string(text)
	}
	return fmt.Sprintf("%s~%x", text[:apiclient.MaxEscapedBytes], sha256.Sum256(text))
}

// again returns text as a string. It does not allocate if the text is the same as
// before.
func again(before *string, text []byte) string {
	if string(text) != *before {
		*before = string(text)
	}
	return *before
}

// momentOf returns the draft's field for a time.
func momentOf(d *provider.Draft, f provider.Field) *provider.Moment {
	return [...]*provider.Moment{
		provider.FieldCreated: &d.Created, provider.FieldStarted: &d.Started, provider.FieldCompleted: &d.Completed,
		provider.FieldFailed: &d.Failed, provider.FieldExpires: &d.Expires, provider.FieldDataStart: &d.DataStart,
		provider.FieldDataEnd: &d.DataEnd, provider.FieldLastEntry: &d.LastEntry,
	}[f]
}

// numberOf returns the draft's field for a number.
func numberOf(d *provider.Draft, f provider.Field) *provider.Number {
	return [...]*provider.Number{
		provider.FieldProgressPercent: &d.ProgressPercent, provider.FieldProgressRatio: &d.ProgressRatio,
		provider.FieldDone: &d.Done, provider.FieldTotal: &d.Total, provider.FieldRows: &d.Rows,
		provider.FieldProcessedRows: &d.ProcessedRows, provider.FieldFailedItems: &d.FailedItems,
		provider.FieldSize: &d.Size, provider.FieldCost: &d.Cost, provider.FieldPendingDeletion: &d.PendingDeletion,
	}[f]
}

// merge copies the values that are known from a detail over those from the list.
func (i *item) merge(detail *item) {
	into, from := &i.draft, &detail.draft
	for _, text := range []struct{ to, from *string }{{&into.Type, &from.Type}, {&into.Format, &from.Format}} {
		if *text.from != "" {
			*text.to = *text.from
		}
	}
	for f := range provider.FieldLastEntry + 1 {
		if m := *momentOf(from, f); m != (provider.Moment{}) {
			*momentOf(into, f) = m
		}
	}
	for f := provider.FieldProgressPercent; f <= provider.FieldPendingDeletion; f++ {
		if n := *numberOf(from, f); n != (provider.Number{}) {
			*numberOf(into, f) = n
		}
	}
	if detail.matched {
		i.judged = detail.judged
		into.Status, into.WasReady, into.Word = from.Status, from.WasReady, from.Word
	}
	i.ignored = i.ignored || detail.ignored
	into.Echoes = into.Echoes || from.Echoes
}

// quotaOf adds the credits and rate limits from the answer to the snapshot.
func (r *reader) quotaOf(c *call, snapshot *provider.Snapshot) {
	var quota provider.Quota
	limits := [2]provider.RateLimit{{Window: "minute"}, {Window: "day"}}
	for i := range c.quota {
		f := &c.quota[i]
		n := snapshot.Unreadable.Number(f.field, f.paths.get(&r.values).Number())
		switch f.field {
		case provider.FieldCreditsBalance:
			quota.CreditsBalance = n
		case provider.FieldRemainingMinute:
			limits[0].Remaining = n
		case provider.FieldLimitMinute:
			limits[0].Max = n
		case provider.FieldRemainingDay:
			limits[1].Remaining = n
		case provider.FieldLimitDay:
			limits[1].Max = n
		default: // a quota has no other fields
		}
	}
	for _, limit := range limits {
		if limit.Max.Known || limit.Remaining.Known {
			quota.RateLimits = append(quota.RateLimits, limit)
		}
	}
	if quota.CreditsBalance.Known || len(quota.RateLimits) > 0 {
		snapshot.Quota = quota
	}
}

// refused returns the failure that the answer's content describes, or nil.
func (f *failIf) refused(values *apiclient.PathValues, response *apiclient.Response) *provider.Error {
	if f == nil {
		return nil
	}
	s := f.at.get(values)
	if nothing(s) || f.named && !s.Composite && f.harmless(s) {
		return nil
	}
	word := apiclient.BoundWord(string(f.word.get(values).Text))
	if reason, ok := f.reasons[provider.FoldWord(word)]; ok {
		// The word is part of the definition, so it is not a secret.
		return &provider.Error{Reason: reason, Detail: fmt.Sprintf("the API answers with the error %q", word)}
	}
	return response.UnlistedError(word)
}

// harmless reports whether a value is listed under unless.
func (f *failIf) harmless(s apiclient.Scalar) bool {
	return slices.Contains(f.unless, provider.FoldWord(string(s.Text)))
}

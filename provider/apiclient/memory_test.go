package apiclient_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

// TestEndlessMembersAreTooLarge reads endless gzip members that decompress to nothing.
func TestEndlessMembersAreTooLarge(t *testing.T) {
	t.Parallel()
	var member bytes.Buffer
	if err := gzip.NewWriter(&member).Close(); err != nil {
		t.Fatal(err)
	}
	fill := &spring{fill: member.String()}
	// Only whole members are valid gzip data.
	body := io.NopCloser(&wholes{fill, member.Len()})
	r := newRig(tripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: -1, Body: body}, nil
	}))
	r.want(t, r.get(t.Context(), t), provider.ReasonTooLarge, tooLarge, 200)
	if fill.drawn > apiclient.MaxBodyBytes+1 {
		t.Errorf("%d bytes were drawn", fill.drawn)
	}
}

// wholes reads multiples of a unit.
type wholes struct {
	from io.Reader
	unit int
}

// Read implements io.Reader.
func (w *wholes) Read(p []byte) (int, error) { return w.from.Read(p[:max(1, len(p)/w.unit*w.unit)]) }

// TestAnswersArePaid checks that a large answer is charged to the memory budget, that a
// small one is not, and that a failed one returns what it used.
func TestAnswersArePaid(t *testing.T) {
	t.Parallel()
	objects := func(n int) string { return "[" + strings.Repeat("{},", n-1) + "{}]" }
	for _, c := range []struct {
		name, body string
		budget     int64
		taken      int64
		reason     provider.Reason
	}{
		{"below 64 KiB", text(64 << 10), 2, 0, ""},
		{"beyond 64 KiB", text(65 << 10), 1 << 20, 3 << 10, ""},
		{"few objects", objects(4 << 10), 2, 0, ""},
		{"many objects", objects(5 << 10), 4 << 20, 1 << 20, ""},
		{"invalid UTF-8 below 64 KiB", strings.Replace(text(64<<10), "aa", "\xff\xff", 32<<10), 2, 0, ""},
		{"one byte of invalid UTF-8 more", `"` + strings.Repeat("\xff", 64<<10+1) + `"`, 1 << 20, 3*3 + 6, ""},
		{"one answer beyond half", objects(5 << 10), 1 << 20, 0, provider.ReasonTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(providertest.JSON(c.body))
			share := provider.NewMemory(c.budget).Share(1)
			failed := r.get(provider.WithShare(t.Context(), share), t)
			if reason := reasonOrNone(failed); reason != c.reason {
				t.Errorf("failure %v, want %q", failed, c.reason)
			}
			if got := share.Bytes(); got != c.taken {
				t.Errorf("%d bytes taken, want %d", got, c.taken)
			}
		})
	}
}

// TestItemsArePaid checks that items that are not objects are charged while they are
// counted, and that later answers find charged what is kept.
func TestItemsArePaid(t *testing.T) {
	t.Parallel()
	const items = 5 << 10
	counting := func(per, kept int) func(*apiclient.Response) error {
		return func(response *apiclient.Response) error {
			var tree apiclient.PathTree
			tree.WantItems(nil)
			if err := response.DecodeJSON(&counted{&tree, response, per}); err != nil || kept < 0 {
				return err
			}
			return response.Items(kept)
		}
	}
	texts := "[" + strings.Repeat("1,", items-1) + "1]"
	for _, c := range []struct {
		name         string
		budget       int64
		per, kept    int
		taken, after int64
		reason       provider.Reason
	}{
		{name: "each", budget: 4 << 20, per: 1, kept: -1, taken: 1 << 20, after: 2 << 20},
		{name: "two for each", budget: 16 << 20, per: 2, kept: -1, taken: 6 << 20, after: 7 << 20},
		{name: "none is kept", budget: 4 << 20, per: 1, taken: 1 << 20, after: 0},
		{name: "beyond half", budget: 1 << 20, per: 1, kept: -1, reason: provider.ReasonTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(providertest.JSON(texts, "["+strings.Repeat("{},", 1<<10-1)+"{}]"))
			share := provider.NewMemory(c.budget).Share(1)
			ctx := provider.WithShare(t.Context(), share)
			failed := failure(t, r.Do(ctx, list(), counting(c.per, c.kept)))
			if reason := reasonOrNone(failed); reason != c.reason || share.Bytes() != c.taken {
				t.Errorf("failure %v, %d bytes taken, want %q, %d", failed, share.Bytes(), c.reason, c.taken)
			}
			if failed = r.get(ctx, t); failed != nil || share.Bytes() != c.after {
				t.Errorf("the next answer: failure %v, %d bytes taken, want %d", failed, share.Bytes(), c.after)
			}
		})
	}
}

// counted reads a list and counts each item several times.
type counted struct {
	tree     *apiclient.PathTree
	response *apiclient.Response
	per      int
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *counted) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	n := 0
	_, err := c.tree.ReadItems(decoder, &apiclient.PathValues{}, func(decoder *jsontext.Decoder) error {
		n += c.per
		return errors.Join(c.response.Items(n), decoder.SkipValue())
	})
	return err
}

func reasonOrNone(failed *provider.Error) provider.Reason {
	if failed == nil {
		return ""
	}
	return failed.Reason
}

// TestWordsAreCut checks texts of many kinds, cut at every position.
func TestWordsAreCut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"short":      {`E:a`, "E:a"},
		"colons":     {strings.Repeat(":", 1<<20), strings.Repeat(":", 256)},
		"escapes":    {strings.Repeat(`\u0041`, 1000), strings.Repeat("A", 256)},
		"characters": {"a" + strings.Repeat("\u00e9", 1000), "a" + strings.Repeat("\u00e9", 127)},
	} {
		got := read[apiclient.Words](t, `"field": "`+c.text+`"`)
		if len(got) != 1 || string(got[0]) != c.want {
			t.Errorf("%s: %.40q... of %d", name, got, len(got[0]))
		}
	}
}

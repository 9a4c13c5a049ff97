package provider

import (
	"math"
	"testing"
	"time"
)

func TestProgressRule(t *testing.T) {
	t.Parallel()
	none := Number{}
	for _, c := range []struct {
		name                      string
		status                    Status
		percent, processed, total Number
		want                      Number
	}{
		{"ready is 1", StatusReady, Num(30), Num(1), Num(10), Num(1)},
		{"ready is 1 without numbers", StatusReady, none, none, none, Num(1)},
		{"queued is 0", StatusQueued, Num(30), Num(1), Num(10), Num(0)},
		{"percentage first", StatusProcessing, Num(50), Num(1), Num(10), Num(0.5)},
		{"percentage of 0", StatusProcessing, Num(0), Num(1), Num(10), Num(0)},
		{"rows second", StatusProcessing, none, Num(1), Num(4), Num(0.25)},
		{"no rows yet", StatusProcessing, none, Num(0), Num(4), Num(0)},
		{"an unknown number of rows", StatusProcessing, none, Num(1), none, none},
		{"rows of none", StatusProcessing, none, Num(0), Num(0), none},
		{"rows of less than none", StatusProcessing, none, Num(1), Num(-4), none},
		{"nothing processed is told", StatusProcessing, none, none, Num(4), none},
		{"nothing is told", StatusProcessing, none, none, none, none},
		{"more than all", StatusProcessing, Num(250), none, none, none},
		{"less than none", StatusProcessing, Num(-1), none, none, none},
		{"more rows than all", StatusProcessing, none, Num(9), Num(4), Num(1)},
		{"endless percentage", StatusProcessing, Num(math.Inf(1)), none, none, none},
		{"awaiting start", StatusAwaitingStart, Num(0), none, none, Num(0)},
		{"failed half way", StatusFailed, Num(40), none, none, Num(0.4)},
		{"unknown", StatusUnknown, Num(40), none, none, Num(0.4)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			draft := Draft{Status: c.status, ProgressPercent: c.percent, Rows: c.total, ProcessedRows: c.processed}
			if got := draft.Report(&Unreadable{}).Progress; got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestImpossibleNumbers: a number that cannot be true is unreadable, and no other number
// takes its place. APIs send -1 for "not known yet".
func TestImpossibleNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field   Field
		value   float64
		counted uint32
		want    Number
	}{
		{FieldRows, -5, 1, Number{}},
		{FieldRows, -1, 0, Number{}},
		{FieldRows, 0, 0, Num(0)},
		{FieldRows, 1e300, 0, Num(1e300)},
		{FieldSize, -0.5, 1, Number{}},
		{FieldProgressPercent, -0.5, 1, Number{}},
		{FieldProgressPercent, -1, 0, Number{}},
		{FieldProgressPercent, 150, 1, Number{}},
		{FieldProgressPercent, 100.0000001, 0, Num(100)},
		{FieldProgressRatio, 1.01, 1, Number{}},
		{FieldProgressRatio, 1.0000000001, 0, Num(1)},
		{FieldTotal, -2, 1, Number{}},
		{FieldLimitDay, -2, 1, Number{}},
		{FieldCreditsBalance, -2, 0, Num(-2)},
	} {
		var unreadable Unreadable
		if got := unreadable.Number(c.field, Num(c.value)); got != c.want || unreadable[c.field] != c.counted {
			t.Errorf("%s %g: %+v, counted %d", c.field, c.value, got, unreadable[c.field])
		}
	}
	draft := Draft{Status: StatusProcessing, Done: Num(9), Total: Num(4)}
	var unreadable Unreadable
	if got := draft.Report(&unreadable).Progress; got != Num(1) || unreadable.Any() {
		t.Errorf("more done than estimated: %+v, %v", got, unreadable)
	}
}

func TestStatusAt(t *testing.T) {
	t.Parallel()
	expiry := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		report   Report
		at       time.Time
		want     Status
		progress Number
	}{
		{"before the expiry", Report{Status: StatusReady, ExpiryEndsReady: true, Expires: expiry, Progress: Num(1)}, expiry.Add(-1), StatusReady, Num(1)},
		{"at the expiry", Report{Status: StatusReady, ExpiryEndsReady: true, Expires: expiry, Progress: Num(1)}, expiry, StatusExpired, Number{}},
		{"after the expiry", Report{Status: StatusReady, ExpiryEndsReady: true, Expires: expiry, Progress: Num(1)}, expiry.Add(time.Hour), StatusExpired, Number{}},
		{"no expiry", Report{Status: StatusReady, ExpiryEndsReady: true, Progress: Num(1)}, expiry, StatusReady, Num(1)},
		{"an expiry that is not to be trusted", Report{Status: StatusReady, Expires: expiry, Progress: Num(1)}, expiry.Add(time.Hour), StatusReady, Num(1)},
		{"not ready yet", Report{Status: StatusQueued, ExpiryEndsReady: true, Expires: expiry, Progress: Num(0)}, expiry.Add(time.Hour), StatusQueued, Num(0)},
		{"failed", Report{Status: StatusFailed, ExpiryEndsReady: true, Expires: expiry}, expiry.Add(time.Hour), StatusFailed, Number{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.report.StatusAt(c.at); got != c.want {
				t.Errorf("status %s, want %s", got, c.want)
			}
			if got := c.report.ProgressAt(c.at); got != c.progress {
				t.Errorf("progress %+v, want %+v", got, c.progress)
			}
		})
	}
}

func TestFinishedAt(t *testing.T) {
	t.Parallel()
	one, two := time.Unix(100, 0), time.Unix(200, 0)
	for _, c := range []struct {
		name   string
		report Report
		want   time.Time
	}{
		{"completed", Report{Created: one, Completed: two}, two},
		{"failed", Report{Created: one, Failed: two}, two},
		{"neither is told", Report{Created: one}, one},
		{"nothing is told", Report{}, time.Time{}},
	} {
		if got := c.report.FinishedAt(); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMomentAt(t *testing.T) {
	t.Parallel()
	last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in   time.Time
		want Moment
	}{
		{time.Unix(1, 0), Moment{Time: time.Unix(1, 0)}},
		{time.Unix(0, 0), Moment{}},
		{time.Unix(0, 999), Moment{}},
		{time.Unix(-1, 0), Moment{}},
		{time.Time{}, Moment{}},
		{last, Moment{Time: last}},
		{last.Add(1), Moment{}},
	} {
		if got := MomentAt(c.in); got != c.want {
			t.Errorf("%s became %v, want %v", c.in, got, c.want)
		}
	}
}

package collector

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// output renders accounts. A failure ends the test.
func output(t *testing.T, f exposition.Format, now time.Time, accounts []Account, others ...*dto.MetricFamily) *exposition.Output {
	t.Helper()
	out, err := Render(f, now, accounts, others)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// written returns what a function writes.
func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// holder is a writer that keeps shared bytes.
type holder struct {
	bytes.Buffer
	shared *byte // the first one
}

func (h *holder) WriteShared(p []byte) error {
	if h.shared == nil {
		h.shared = &p[0]
	}
	_, err := h.Write(p)
	return err
}

// TestOutputStays checks that an output can be written at any later time, more than
// once, whatever refreshes have returned since, and that it takes less than half as much memory as
// the bytes that it writes.
func TestOutputStays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, format := range accepts() {
		f := exposition.FormatOf(format)
		account := plainAccount("one", 50, now)
		out := output(t, f, now, []Account{account})
		first := written(t, out.Write)
		for i := range 3 {
			sources := slices.Clone(account.View.Sources)
			snapshot := *sources[0].Snapshot
			snapshot.Reports = slices.Clone(snapshot.Reports)
			for j := range snapshot.Reports {
				snapshot.Reports[j].Rows = provider.Num(float64(1000 + i))
			}
			sources[0].Snapshot = &snapshot
			account.View.Sources = sources
			if later := output(t, f, now.Add(time.Second), []Account{account}); written(t, later.Write) == first {
				t.Errorf("%s: a refresh is not shown", name)
			}
		}
		if written(t, out.Write) != first {
			t.Errorf("%s: the output has changed", name)
		}
		if out.Memory() > len(first)/2 {
			t.Errorf("%s: the output takes %d bytes to write %d", name, out.Memory(), len(first))
		}
	}
}

// TestPanicLeavesNoHalf checks that a part is rendered again after a panic interrupted
// it.
func TestPanicLeavesNoHalf(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	account := plainAccount("one", 5, now)
	unpacked(t, []Account{account}, accepts()["text"])
	good := account.View.Sources
	sources := slices.Clone(good)
	snapshot := *sources[0].Snapshot
	snapshot.Reports = slices.Clone(snapshot.Reports)
	snapshot.Reports[4].Status = 99 // out of range
	sources[0].Snapshot = &snapshot
	account.View.Sources = sources
	for range 2 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a half was shown")
				}
			}()
			_, _ = Render(exposition.Text(), now, []Account{account}, nil)
		}()
	}
	account.View.Sources = good
	unpacked(t, []Account{account}, accepts()["text"])
	kept := written(t, output(t, exposition.Text(), now, []Account{account}).Write)
	account.Cache = &exposition.Cache{}
	fresh := written(t, output(t, exposition.Text(), now, []Account{account}).Write)
	if kept != fresh {
		t.Errorf("kept\n%s\nwant\n%s", kept, fresh)
	}
}

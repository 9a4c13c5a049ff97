package collector

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// TestBlocksAreReleasedAtOnce checks that an answer holds the blocks of an account only
// while its writer keeps bytes of them. A slow client would hold their memory otherwise.
func TestBlocksAreReleasedAtOnce(t *testing.T) {
	t.Parallel()
	fleet := []Account{plainAccount("one", 50, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	for name, c := range map[string]struct {
		render func(io.Writer, exposition.Format, time.Time, []Account, []*dto.MetricFamily, ...expfmt.EncoderOption) error
		copies bool
		held   int
	}{
		"kept":                 {Render, false, 1},
		"copied":               {Render, true, 0},
		"compressed, and kept": {RenderGzip, false, 0}, // the compressed bytes are not those of a block
	} {
		to := holder{copies: c.copies}
		f, _ := exposition.FormatOf(expfmt.NewFormat(expfmt.TypeTextPlain))
		if err := c.render(&to, f, momentOf(fleet), fleet, nil); err != nil {
			t.Fatal(err)
		}
		if len(to.done) != c.held {
			t.Errorf("%s: %d blocks wait for the writer, want %d", name, len(to.done), c.held)
		}
	}
}

// holder is a writer that keeps shared bytes until the test releases them.
type holder struct {
	pieces [][]byte
	shared *byte // first shared byte
	done   []func()
	copies bool // it keeps none
}

func (h *holder) Write(p []byte) (int, error) {
	h.pieces = append(h.pieces, bytes.Clone(p))
	return len(p), nil
}

func (h *holder) WriteShared(p []byte) (kept bool, err error) {
	if h.copies {
		_, err := h.Write(p)
		return false, err
	}
	if h.shared == nil && len(p) > 0 {
		h.shared = &p[0]
	}
	h.pieces = append(h.pieces, p)
	return true, nil
}

func (h *holder) WhenDone(release func()) { h.done = append(h.done, release) }

func (h *holder) end() {
	for _, each := range h.done {
		each()
	}
}

func (h *holder) text() string { return string(bytes.Join(h.pieces, nil)) }

// TestSharedBytesStay checks that shared bytes do not change until the writer is done
// with them, whatever refreshes return, and that their memory is reused afterwards.
func TestSharedBytesStay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	account := plainAccount("one", 50, now)
	change := func(rows float64) {
		sources := slices.Clone(account.View.Sources)
		snapshot := *sources[0].Snapshot
		snapshot.Reports = slices.Clone(snapshot.Reports)
		for i := range snapshot.Reports {
			snapshot.Reports[i].Rows = provider.Num(rows)
		}
		sources[0].Snapshot = &snapshot
		account.View.Sources = sources
	}
	write := func(w io.Writer) {
		t.Helper()
		if err := Render(w, exposition.Text(), now, []Account{account}, nil); err != nil {
			t.Fatal(err)
		}
	}
	memory := func() *byte {
		t.Helper()
		var to holder
		write(&to)
		to.end()
		return to.shared
	}
	var held holder
	write(&held)
	first, was := held.text(), memory()
	for i := range 5 {
		change(float64(1000 + i))
		write(io.Discard)
	}
	if held.text() != first {
		t.Error("shared bytes have changed")
	}
	if memory() == was {
		t.Error("the memory is that of bytes in use")
	}
	held.end()
	last := memory()
	change(1)
	write(io.Discard)
	if memory() != last {
		t.Error("memory that nobody uses is not used again")
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
			_ = Render(io.Discard, exposition.Text(), now, []Account{account}, nil)
		}()
	}
	account.View.Sources = good
	unpacked(t, []Account{account}, accepts()["text"])
	var kept, fresh holder
	_ = Render(&kept, exposition.Text(), now, []Account{account}, nil)
	account.Cache = &exposition.Cache{}
	_ = Render(&fresh, exposition.Text(), now, []Account{account}, nil)
	if kept.text() != fresh.text() {
		t.Errorf("kept\n%s\nwant\n%s", kept.text(), fresh.text())
	}
}

package collector

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// momentOf returns the time of a fleet's views. The fleet may be empty.
func momentOf(fleet []Account) time.Time {
	if len(fleet) == 0 {
		return time.Time{}
	}
	return fleet[0].View.Now
}

// unpacked renders a fleet as a gzip stream and decompresses it with the standard
// library, which verifies the checksum and size.
func unpacked(t *testing.T, fleet []Account, format expfmt.Format) {
	t.Helper()
	registry := prometheus.NewRegistry()
	NewConfigHash(registry, 7)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var stream bytes.Buffer
	f, _ := exposition.FormatOf(format)
	now := momentOf(fleet)
	if err := RenderGzip(&stream, f, now, fleet, families); err != nil {
		t.Fatal(err)
	}
	from := bufio.NewReader(&stream)
	reader, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	reader.Multistream(false) // not every client reads more than one member
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from.ReadByte(); err != io.EOF {
		t.Fatal("something comes after the member")
	}
	var want bytes.Buffer
	if err := Render(&want, f, now, fleet, families); err != nil {
		t.Fatal(err)
	}
	if string(content) != want.String() {
		t.Fatalf("the stream has:\n%s\nwant:\n%s", content, want.String())
	}
}

// TestRenderGzip checks that the stream contains what Render writes, in every format
// and over several scrapes with changes in between.
func TestRenderGzip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 11))
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		fleet := randomFleet(random, now)
		for range 6 {
			for _, format := range accepts() {
				unpacked(t, fleet, format)
			}
			now = now.Add(time.Duration(random.Int64N(int64(10 * 24 * time.Hour))))
			for i := range fleet {
				fleet[i].View.Now = now
			}
			switch random.IntN(4) {
			case 0:
				sources := slices.Clone(fleet[0].View.Sources)
				sources[0].Snapshot = &provider.Snapshot{Reports: []provider.Report{randomReport(random, 0, now)}}
				fleet[0].View.Sources = sources
			case 1:
				fleet = append(fleet, plainAccount("more", 1+random.IntN(3), now))
			case 2:
				fleet = fleet[min(1, len(fleet)-1):]
			}
		}
	}
	for _, format := range accepts() {
		unpacked(t, nil, format)
		unpacked(t, []Account{{View: plainAccount("not kept", 3, time.Now()).View}}, format)
	}
}

// packed returns the address of the compressed bytes in a fleet's cache.
func packed(t *testing.T, fleet []Account, format expfmt.Format) *byte {
	t.Helper()
	var to holder
	f, _ := exposition.FormatOf(format)
	if err := RenderGzip(&to, f, momentOf(fleet), fleet, nil); err != nil {
		t.Fatal(err)
	}
	to.end()
	return to.shared
}

// TestRenderGzipKeepsWhatDidNotChange checks that unchanged exports are not compressed
// again, even after a refresh that returned the same reports.
func TestRenderGzipKeepsWhatDidNotChange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fleet := []Account{plainAccount("one", 50, now), plainAccount("two", 50, now)}
	for _, format := range accepts() {
		unpacked(t, fleet, format)
		first := packed(t, fleet, format)
		sources := slices.Clone(fleet[1].View.Sources)
		same := *sources[0].Snapshot
		sources[0].Snapshot, sources[0].LastSuccess = &same, now.Add(time.Minute)
		fleet[1].View.Sources = sources
		unpacked(t, fleet, format)
		if packed(t, fleet, format) != first {
			t.Errorf("%s: the same exports are compressed again", format)
		}
		changed := same
		changed.Reports = slices.Clone(same.Reports)
		sources = slices.Clone(sources)
		sources[0].Snapshot = &changed
		fleet[1].View.Sources = sources
		unpacked(t, fleet, format)
		if packed(t, fleet, format) == first {
			t.Errorf("%s: other exports are not compressed", format)
		}
	}
}

// TestPartsShareNoMetric checks that no metric is in both parts of an account, because
// it would occur twice in an answer.
func TestPartsShareNoMetric(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for seed := range uint64(20) {
		fleet := randomFleet(rand.New(rand.NewPCG(seed, 5)), now)
		for i := range fleet {
			exports, state := make(recorder), make(recorder)
			fleet[i].exports().Write(exports)
			fleet[i].state().Write(state)
			if len(exports) == 0 || len(state) == 0 {
				t.Error("a part is empty")
			}
			for at := range exports {
				if state[at] {
					t.Errorf("%s is in both", metrics[at].Name)
				}
			}
		}
	}
}

// recorder is a Sampler that records which families have samples.
type recorder map[metricID]bool

func (recorder) Begin([]string, ...string)                           {}
func (r recorder) Sample(at metricID, _ float64, _ exposition.Extra) { r[at] = true }
func (r recorder) Aged(at metricID, _ time.Time)                     { r[at] = true }

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

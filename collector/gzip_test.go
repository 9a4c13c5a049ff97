package collector

import (
	"bufio"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
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
	f := exposition.FormatOf(format)
	out := output(t, f, momentOf(fleet), fleet, families...)
	from := bufio.NewReader(strings.NewReader(written(t, out.WriteGzip)))
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
	if want := written(t, out.Write); string(content) != want {
		t.Fatalf("the stream has:\n%s\nwant:\n%s", content, want)
	}
}

// TestWriteGzip checks that the stream contains what Write writes, in every format
// and over several scrapes with changes in between.
func TestWriteGzip(t *testing.T) {
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
	f := exposition.FormatOf(format)
	if err := output(t, f, momentOf(fleet), fleet).WriteGzip(&to); err != nil {
		t.Fatal(err)
	}
	return to.shared
}

// TestWriteGzipKeepsWhatDidNotChange checks that unchanged exports are not compressed
// again, even after a refresh that returned the same reports.
func TestWriteGzipKeepsWhatDidNotChange(t *testing.T) {
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

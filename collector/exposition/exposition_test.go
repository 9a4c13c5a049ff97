package exposition_test

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"go.uber.org/goleak"

	"export_status_exporter/collector/exposition"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// The families of these tests.
const (
	weight exposition.ID = iota
	age
	sold
)

func families() []exposition.Family {
	return []exposition.Family{
		weight: {Name: "apple_weight_grams", Kind: exposition.Gauge, Labels: []string{"tree", "kind"}, Help: "How heavy."},
		age:    {Name: "apple_age_seconds", Kind: exposition.Gauge, Labels: []string{"tree"}, Help: "How old.", Aged: true},
		sold:   {Name: "apple_sold_total", Kind: exposition.Counter, Labels: []string{"tree"}, Help: "How many."},
	}
}

// part is a Part whose samples the test defines. It counts how often it is written.
type part struct {
	write   func(to exposition.Sampler)
	version int
	until   time.Time
	written int
}

func (p *part) Write(to exposition.Sampler) (from any, until time.Time) {
	p.written++
	p.write(to)
	return p.version, p.until
}

func (p *part) Same(from any) bool { return from == p.version }

// tree returns a group about one tree.
func tree(name string) (g exposition.Group, apples, sales *part) {
	apples = &part{write: func(to exposition.Sampler) {
		to.Begin([]string{"tree"}, name)
		to.Sample(weight, 150.5, exposition.Extra{"a\"b"})
		to.Aged(age, noon.Add(-time.Hour))
	}}
	sales = &part{write: func(to exposition.Sampler) {
		to.Begin([]string{"tree"}, name)
		to.Sample(sold, 7, exposition.Extra{})
	}}
	return exposition.Group{Steady: apples, Rest: sales, Cache: &exposition.Cache{}}, apples, sales
}

func written(t *testing.T, f exposition.Format, now time.Time, groups ...exposition.Group) string {
	t.Helper()
	return render(t, families(), f, now, groups...)
}

// render writes groups of the given families.
func render(t *testing.T, families []exposition.Family, f exposition.Format, now time.Time, groups ...exposition.Group) string {
	t.Helper()
	out, err := exposition.NewRenderer(families).Render(f, now, groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := out.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func formats() []exposition.Format {
	var all []exposition.Format
	for _, each := range []expfmt.FormatType{expfmt.TypeTextPlain, expfmt.TypeOpenMetrics, expfmt.TypeProtoDelim} {
		all = append(all, exposition.FormatOf(expfmt.NewFormat(each)))
	}
	return all
}

// TestRender checks that the samples of all groups are written below their family.
func TestRender(t *testing.T) {
	t.Parallel()
	one, _, _ := tree("one")
	two, _, _ := tree("t\\wo")
	const want = `# HELP apple_weight_grams How heavy.
# TYPE apple_weight_grams gauge
apple_weight_grams{kind="a\"b",tree="one"} 150.5
apple_weight_grams{kind="a\"b",tree="t\\wo"} 150.5
# HELP apple_age_seconds How old.
# TYPE apple_age_seconds gauge
apple_age_seconds{tree="one"} 3600
apple_age_seconds{tree="t\\wo"} 3600
# HELP apple_sold_total How many.
# TYPE apple_sold_total counter
apple_sold_total{tree="one"} 7
apple_sold_total{tree="t\\wo"} 7
`
	if got := written(t, exposition.Text(), noon, one, two); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	// A clock that is behind.
	if got := written(t, exposition.Text(), noon.Add(-2*time.Hour), one); !strings.Contains(got, `apple_age_seconds{tree="one"} 0`) {
		t.Errorf("got:\n%s", got)
	}
}

// TestFormatOf checks that each format tells what it is, and that the formats for
// debugging are replaced by text.
func TestFormatOf(t *testing.T) {
	t.Parallel()
	for _, each := range []expfmt.FormatType{expfmt.TypeTextPlain, expfmt.TypeOpenMetrics, expfmt.TypeProtoDelim, expfmt.TypeProtoText, expfmt.TypeProtoCompact, expfmt.TypeUnknown} {
		asked := expfmt.NewFormat(each)
		want := asked
		if each == expfmt.TypeProtoText || each == expfmt.TypeProtoCompact || each == expfmt.TypeUnknown {
			want = expfmt.NewFormat(expfmt.TypeTextPlain)
		}
		if got := exposition.FormatOf(asked).ContentType(); got != string(want) {
			t.Errorf("%q is answered as %q, want %q", asked, got, want)
		}
	}
}

// TestCache checks that a part is written again when it changes, when its time has
// come, and when the clock is set back, but not when only the other part does.
func TestCache(t *testing.T) {
	t.Parallel()
	for _, f := range formats() {
		group, apples, sales := tree("one")
		apples.until = noon.Add(time.Hour)
		for i, step := range []struct {
			change        func()
			now           time.Time
			apples, sales int
		}{
			{func() {}, noon, 1, 1},
			{func() {}, noon.Add(59 * time.Minute), 1, 1},
			{func() { sales.version++ }, noon.Add(59 * time.Minute), 1, 2},
			{func() { apples.version++ }, noon.Add(59 * time.Minute), 2, 2},
			{func() { apples.until = time.Time{} }, noon.Add(time.Hour), 3, 2},
			{func() {}, noon.Add(1000 * time.Hour), 3, 2},
			{func() {}, noon, 4, 3},
		} {
			step.change()
			written(t, f, step.now, group)
			if apples.written != step.apples || sales.written != step.sales {
				t.Errorf("%s, step %d: written %d and %d times, want %d and %d", f.ContentType(), i, apples.written, sales.written, step.apples, step.sales)
			}
		}
	}
}

// TestCacheKeepsOneFormat checks that the samples are kept only in the last format, and
// are right after each change of it.
func TestCacheKeepsOneFormat(t *testing.T) {
	t.Parallel()
	group, apples, _ := tree("one")
	first := make(map[string]string)
	encoded := 0
	for round := range 2 {
		for _, f := range formats() {
			encoded++
			for range 2 {
				got := written(t, f, noon, group)
				if round == 0 {
					first[f.ContentType()] = got
				}
				if got != first[f.ContentType()] || apples.written != encoded {
					t.Errorf("%s: encoded %d times, want %d:\n%s", f.ContentType(), apples.written, encoded, got)
				}
			}
		}
	}
}

// TestNoCache checks that without a cache everything is written in every scrape.
func TestNoCache(t *testing.T) {
	t.Parallel()
	group, apples, _ := tree("one")
	group.Cache = nil
	if a, b := written(t, exposition.Text(), noon, group), written(t, exposition.Text(), noon, group); a != b || apples.written != 2 {
		t.Errorf("written %d times", apples.written)
	}
}

// TestNothingAged checks families of which none is aged.
func TestNothingAged(t *testing.T) {
	t.Parallel()
	sales := &part{write: func(to exposition.Sampler) {
		to.Begin([]string{"tree"}, "one")
		to.Sample(0, 7, exposition.Extra{})
	}}
	group := exposition.Group{Steady: sales, Rest: &part{write: func(exposition.Sampler) {}}}
	if got := render(t, families()[sold:], exposition.Text(), noon, group); !strings.HasSuffix(got, "apple_sold_total{tree=\"one\"} 7\n") {
		t.Errorf("got:\n%s", got)
	}
}

// broken is a writer that always fails.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, fmt.Errorf("broken pipe") }

// TestRenderErrors checks that write errors are returned.
func TestRenderErrors(t *testing.T) {
	t.Parallel()
	group, _, _ := tree("one")
	r := exposition.NewRenderer(families())
	for _, f := range formats() {
		out, err := r.Render(f, noon, []exposition.Group{group}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"plain": out.Write(broken{}), "gzip": out.WriteGzip(broken{})} {
			if err == nil || !strings.Contains(err.Error(), "broken pipe") {
				t.Errorf("%s, %s: %v", f.ContentType(), name, err)
			}
		}
	}
}

// retaining is the writer of a canceled HTTP/2 request: Write has failed, but the server
// may still read the bytes.
type retaining struct{ retained, copied []byte }

func (r *retaining) Write(p []byte) (int, error) {
	r.retained, r.copied = p, bytes.Clone(p)
	return 0, io.ErrClosedPipe
}

// TestCanceledBytes: bytes that could not be written do not change afterwards.
func TestCanceledBytes(t *testing.T) {
	t.Parallel()
	one, _, _ := tree("one")
	two, _, _ := tree("two")
	out, err := exposition.NewRenderer(families()).Render(exposition.Text(), noon, []exposition.Group{one}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 { // the pool may forget some
		var canceled retaining
		_ = out.Write(&canceled)
		render(t, families(), exposition.Text(), noon, two)
		if !bytes.Equal(canceled.retained, canceled.copied) {
			t.Fatalf("%q became %q", canceled.copied, canceled.retained)
		}
	}
}

// TestChecksum checks that the checksum of two parts is that of the whole.
func TestChecksum(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 2, 255, 4096, 100_000} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(random.Uint32())
		}
		for _, at := range []int{0, min(1, size), size / 3, size} {
			if got, want := exposition.ChecksumOf(content[:at], content[at:]), crc32.ChecksumIEEE(content); got != want {
				t.Errorf("%d bytes, cut at %d: %x, want %x", size, at, got, want)
			}
		}
	}
}

// TestErrorsOfOthers checks that a family of others that cannot be encoded is an error
// before anything is written.
func TestErrorsOfOthers(t *testing.T) {
	t.Parallel()
	for _, f := range formats() {
		if f.ContentType() == string(expfmt.NewFormat(expfmt.TypeProtoDelim)) {
			continue // anything can be encoded
		}
		nameless := &dto.MetricFamily{Metric: []*dto.Metric{{}}}
		if _, err := exposition.NewRenderer(families()).Render(f, noon, nil, []*dto.MetricFamily{nameless}); err == nil {
			t.Errorf("%s: no error", f.ContentType())
		}
	}
}

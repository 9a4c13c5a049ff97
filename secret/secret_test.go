package secret

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"export_status_exporter/internal/files"

	"github.com/go-kit/log"
	"go.yaml.in/yaml/v3"
)

// open, closed and deep are the ways in which a secret lies inside other
// values. Printers call no method on the field of closed.
type (
	open   struct{ Token Secret }
	closed struct{ token Secret }
	deep   struct {
		Open   *open
		List   []Secret
		ByName map[string]Secret
		Any    any
	}
)

// holders returns values that hold the secret, by name.
func holders(s Secret) map[string]any {
	return map[string]any{
		"value":             s,
		"pointer":           &s,
		"struct":            open{s},
		"pointer to struct": &open{s},
		"closed":            closed{s},
		"pointer to closed": &closed{s},
		"deep":              deep{Open: &open{s}, List: []Secret{s}, ByName: map[string]Secret{"a": s}, Any: s},
		"slice":             []Secret{s, s},
		"map":               map[string]Secret{"token": s},
		"any":               []any{s, &s},
		"ref":               Ref{Value: s},
	}
}

func TestNoVerbPrintsIt(t *testing.T) {
	t.Parallel()
	value := canary()
	for name, holder := range holders(New(value)) {
		for _, verb := range "vsqxXdboOcUeEfFgGtTpwz" {
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "# ", "80", ".3", "+80.2"} {
				wantHidden(t, fmt.Sprintf("%"+flags+string(verb), holder), value)
			}
		}
		wantHidden(t, fmt.Sprint(holder), value)
		wantHidden(t, fmt.Sprintln(holder), value)
		if t.Failed() {
			t.Fatalf("held by %s", name)
		}
	}
}

func TestASetIsNotPrintedEither(t *testing.T) {
	t.Parallel()
	value := canary()
	set, err := NewSet(t.Context(), files.New(), map[string]Spec{"token": {Ref: Ref{Value: New(value)}}})
	if err != nil {
		t.Fatal(err)
	}
	wantHidden(t, fmt.Sprintf("%+v %#v", set, set), value)
	wantHidden(t, fmt.Sprintf("%v", set.Values()), value)
}

func TestVerbsPrintTheMask(t *testing.T) {
	t.Parallel()
	s := New(canary())
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(format, s); got != "<secret>" {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if s.String() != "<secret>" || s.GoString() != "<secret>" {
		t.Errorf("String is %s, GoString %s", s.String(), s.GoString())
	}
	if got := New("").String(); got != "<secret>" {
		t.Errorf("an empty one prints %s", got)
	}
}

func TestEncodersWriteTheMask(t *testing.T) {
	t.Parallel()
	value := canary()
	s := New(value)
	for name, encode := range map[string]func(any) ([]byte, error){
		"json": json.Marshal, "yaml": yaml.Marshal, "xml": xml.Marshal,
	} {
		for holder, v := range holders(s) {
			if name == "xml" && (holder == "map" || holder == "deep") {
				continue // XML knows no maps
			}
			text, err := encode(v)
			if err != nil {
				t.Errorf("%s of %s: %v", name, holder, err)
			}
			wantHidden(t, string(text), value)
		}
	}
	for name, c := range map[string]struct {
		encode func() ([]byte, error)
		want   string
	}{
		"json": {func() ([]byte, error) { return json.Marshal(open{s}) }, `{"Token":"\u003csecret\u003e"}`},
		"yaml": {func() ([]byte, error) { return yaml.Marshal(open{s}) }, "token: <secret>\n"},
		"text": {s.MarshalText, "<secret>"},
	} {
		got, err := c.encode()
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
		}
	}
}

func TestLoggersWriteTheMask(t *testing.T) {
	t.Parallel()
	value := canary()
	for name, holder := range holders(New(value)) {
		var out bytes.Buffer
		all := &slog.HandlerOptions{Level: slog.LevelDebug}
		slog.New(slog.NewTextHandler(&out, all)).Debug("text", "token", holder)
		slog.New(slog.NewJSONHandler(&out, all)).With("token", holder).WithGroup("g").Info("json", "again", holder)
		_ = log.NewLogfmtLogger(&out).Log("msg", "logfmt", "token", holder)
		_ = log.NewJSONLogger(&out).Log("msg", "json", "token", holder)
		wantHidden(t, out.String(), value)
		if t.Failed() {
			t.Fatalf("held by %s", name)
		}
	}
}

func TestLoggersWriteTheMaskItself(t *testing.T) {
	t.Parallel()
	s := New(canary())
	noTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, noTime)).Info("a", "token", s)
	slog.New(slog.NewJSONHandler(&out, noTime)).Info("b", "token", s)
	_ = log.NewLogfmtLogger(&out).Log("msg", "c", "token", s)
	want := `level=INFO msg=a token=<secret>
{"level":"INFO","msg":"b","token":"<secret>"}
msg=c token=<secret>
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestRevealEmptyFingerprint(t *testing.T) {
	t.Parallel()
	value := canary()
	s := New(value)
	if s.Reveal() != value || s.Empty() {
		t.Error("the value is lost")
	}
	if s != New(strings.Clone(value)) || s == New(value+"x") {
		t.Error("secrets are not compared by value")
	}
	if s.Fingerprint() != New(value).Fingerprint() || s.Fingerprint() == New(value+"x").Fingerprint() {
		t.Error("fingerprints do not tell values apart")
	}
	for _, empty := range []Secret{{}, New("")} {
		if !empty.Empty() || empty.Reveal() != "" || empty != (Secret{}) {
			t.Error("an empty secret is not empty")
		}
	}
}

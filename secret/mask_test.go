package secret

import (
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// maskOf returns a mask of secrets and of one public text.
func maskOf(public string, secrets ...string) *Mask {
	for i, each := range secrets {
		secrets[i] = string(fold(nil, each))
	}
	return newMask(secrets, []string{string(fold(nil, public))})
}

func TestMask(t *testing.T) {
	t.Parallel()
	m := maskOf("Reports@Company.Example.com", "Tok-abcdefgh-0123456789-xyz", "csv", "<secret>", "derived-value", "")
	for text, want := range map[string]string{
		"":                            "",
		"csv":                         "csv", // too short to be told from a word
		"trades_csv":                  "trades_csv",
		"Tok-abcdefgh-0123456789-xyz": "<secret>",
		"TOK-ABCDEFGH-0123456789-XYZ": "<secret>",
		"Ünter?t=Tok-abcdefgh-0123456789-xyz&u=tok-abcdefgh-0123456789-xyz!": "Ünter?t=<secret>&u=<secret>!",
		"abcdefgh-0123456":                     "<secret>",
		"abcdefgh-012345":                      "abcdefgh-012345",
		"Bearer Tok-abcdefgh-012":              "Bearer <secret>",
		"xabcdefgh-0123456789-xyzy":            "x<secret>y",
		"exports/abcdefgh-0123456/9":           "exports/<secret>/9",
		"tok-abcdefgh-tok-abcdefgh-":           "tok-abcdefgh-tok-abcdefgh-",
		"is Derived-Value":                     "is <secret>",
		"is derived-valu":                      "is derived-valu",
		"<secret>":                             "<secret>",
		"for reports@company.example.com":      "for <secret>",
		"eu-company.example.com-2026-03":       "eu-company.example.com-2026-03", // public: only the whole
		"885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2": "885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2",
	} {
		if got := m.Hide(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	for _, none := range []*Mask{newMask(nil, nil), maskOf("")} {
		if got := none.Hide("anything at all, of any length"); got != "anything at all, of any length" {
			t.Errorf("an empty mask shows %q", got)
		}
	}
}

// TestEveryPartIsHidden checks every part of a secret at every place of a text.
func TestEveryPartIsHidden(t *testing.T) {
	t.Parallel()
	value := canary()
	m := maskOf("", strings.Clone(value), "another-secret-of-the-account", value[5:25]+"-joined")
	for from := range value {
		for to := from + minPart; to <= len(value); to++ {
			for before := range 2 * blockBytes {
				around := strings.Repeat("·~", before)
				if got, want := m.Hide(around+value[from:to]+"~·~"), around+hidden+"~·~"; got != want {
					t.Fatalf("bytes %d to %d after %d others: shown as %s", from, to, before, got)
				}
			}
		}
	}
}

func TestOverlaps(t *testing.T) {
	t.Parallel()
	m := maskOf("client-of-a-team", "Tok-abcdefgh-0123456789-xyz", "Sesame")
	for text, want := range map[string]bool{
		"Unknown_sesame": true, "sesa": true, "Bad_abcdefgh-0123456": true, "abcdefgh": true, "x": true,
		"of-a-team": true, "Bad_abcdefgh-012345": false, "Unknown": false,
	} {
		if got := m.Overlaps(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestOrdinaryTextsNeedNoMemory checks the usual texts of a list.
func TestOrdinaryTextsNeedNoMemory(t *testing.T) {
	m := usualMask()
	if allocated := testing.AllocsPerRun(100, func() { hideUsual(m) }); allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
}

func usualMask() *Mask {
	return maskOf("", "0123456789abcdef0123456789ABCDEF", "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==", "correct horse")
}

func hideUsual(m *Mask) {
	m.Hide("885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2")
	m.Hide("trades")
	m.Hide("csv")
}

func BenchmarkMask(b *testing.B) {
	m := usualMask()
	for b.Loop() {
		hideUsual(m)
	}
}

// BenchmarkMaskSent hides with all that a set remembers at most in ordinary use.
func BenchmarkMaskSent(b *testing.B) {
	m := usualMask()
	for range maxSent {
		m.parted = append(m.parted, canary()+canary()+canary())
	}
	m = newMask(m.parted, m.others)
	for b.Loop() {
		hideUsual(m)
	}
}

// BenchmarkMaskLong hides a secret in a text of 1 MiB that repeats a part of it.
func BenchmarkMaskLong(b *testing.B) {
	m := usualMask()
	text := strings.Repeat("0123456789abcdef012345-", 1<<20/23)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Hide(text)
	}
}

// TestAMaskIsSmall: a mask takes little more memory than the texts that it hides, because
// a server can choose long access tokens, and another one for each refresh.
func TestAMaskIsSmall(t *testing.T) {
	random := rand.NewChaCha8([32]byte{})
	tokens := make([]string, 16)
	for i := range tokens {
		raw := make([]byte, maxBytes/2)
		_, _ = random.Read(raw) // it never fails
		tokens[i] = hex.EncodeToString(raw)
	}
	part := tokens[0][100 : 100+minPart]
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := newMask(tokens, nil)
	if got := m.Hide("a " + part); got != "a "+hidden {
		t.Errorf("shows %s", got)
	}
	runtime.ReadMemStats(&after)
	if took, most := after.TotalAlloc-before.TotalAlloc, uint64(8*len(tokens)*maxBytes); took > most {
		t.Errorf("takes %d bytes for %d, want at most %d", took, len(tokens)*maxBytes, most)
	}
}

package secret

import "testing"

func TestMask(t *testing.T) {
	t.Parallel()
	m := Values{
		"token": New("Tok-abcdefgh-0123456789-xyz"),
		"short": New("csv"), // too short to be told from a word
		"word":  New("<secret>"),
	}.Mask("derived-value", "")
	for text, want := range map[string]string{
		"":                            "",
		"csv":                         "csv",
		"trades_csv":                  "trades_csv",
		"Tok-abcdefgh-0123456789-xyz": "<secret>",
		"TOK-ABCDEFGH-0123456789-XYZ": "<secret>",
		"Ünter?t=Tok-abcdefgh-0123456789-xyz&u=tok-abcdefgh-0123456789-xyz!": "Ünter?t=<secret>&u=<secret>!",
		"abcdefgh-0123456":                     "<secret>",
		"abcdefgh-012345":                      "abcdefgh-012345",
		"is Derived-Value":                     "is <secret>",
		"<secret>":                             "<secret>",
		"885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2": "885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2",
	} {
		if got := m.Hide(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	if got := (Mask{}).Hide("anything at all"); got != "anything at all" {
		t.Errorf("an empty mask shows %q", got)
	}
}

func BenchmarkMask(b *testing.B) {
	m := Values{"api_key": New("0123456789abcdef0123456789ABCDEF"), "api_secret": New("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="), "passphrase": New("correct horse")}.Mask()
	for b.Loop() {
		m.Hide("885d0d9c-2ff5-4e6a-8a3b-a2f0c1a9a1b2")
		m.Hide("trades")
		m.Hide("csv")
	}
}

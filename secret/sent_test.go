package secret

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"export_status_exporter/internal/files"
)

// rotated returns a set with the token in a file, and a function that changes it.
func rotated(t *testing.T, specs map[string]Spec) (set *Set, change func() (value string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	value := canary()
	write(t, path, value)
	if specs == nil {
		specs = make(map[string]Spec)
	}
	specs["token"] = Spec{Ref: Ref{File: path}}
	set, err := NewSet(t.Context(), files.New(), specs)
	if err != nil {
		t.Fatal(err)
	}
	return set, func() string {
		before := value
		value = canary()
		write(t, path, value)
		if _, err := set.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		return before
	}
}

// TestFormerValuesAreHidden checks that an answer to a request that was signed before a
// change is masked as one after it.
func TestFormerValuesAreHidden(t *testing.T) {
	t.Parallel()
	set, change := rotated(t, nil)
	var before []string
	for range 2 * maxFormer {
		before = append(before, change())
	}
	for i, each := range append(before, set.Values()["token"].Reveal()) {
		want := "id-<secret>-1"
		if i < len(before)-maxFormer {
			want = "id-" + each + "-1"
		}
		if got := set.Hide("id-" + each + "-1"); got != want {
			t.Errorf("version %d is shown as %s", i, got)
		}
	}
	if len(set.former["token"]) != maxFormer {
		t.Errorf("%d former versions", len(set.former["token"]))
	}
}

// TestInherit checks that a new set hides what the one before it did, and no more of it
// than its own former versions.
func TestInherit(t *testing.T) {
	t.Parallel()
	before, change := rotated(t, nil)
	oldest := change()
	old := []string{change(), change(), before.Values()["token"].Reveal()}
	sent, held := canary(), canary()
	before.Sent(t.Context(), sent)
	ctx, _ := before.Hold(t.Context())
	before.Sent(ctx, held)
	next, _ := rotated(t, nil)
	next.Inherit(before)
	for i, each := range append(old, sent, held, next.Values()["token"].Reveal()) {
		if got := next.Hide(each); got != hidden {
			t.Errorf("text %d is shown as %s", i, got)
		}
	}
	if next.Hide(oldest) != oldest || len(next.former["token"]) != maxFormer {
		t.Errorf("%d former versions", len(next.former["token"]))
	}
}

// TestSentIsBounded checks that pages and tokens without end do not make a set grow, and
// that a text that is sent again is the latest.
func TestSentIsBounded(t *testing.T) {
	t.Parallel()
	set, _ := rotated(t, nil)
	first := canary()
	for range 20 {
		set.Sent(t.Context(), first, canary())
	}
	if len(set.sent) != maxSent || set.Hide(first) != hidden {
		t.Errorf("%d texts, the first is shown as %s", len(set.sent), set.Hide(first))
	}
	large := strings.Repeat(canary(), maxSentBytes/len(canary()))
	set.Sent(t.Context(), first, large, canary()+large)
	if len(set.sent) != 1 || set.Hide(large) != hidden {
		t.Errorf("%d texts", len(set.sent))
	}
}

// TestARefreshHidesWhatItSent checks that a refresh hides its secrets and what it sent
// until its end, whatever others send and however often the secrets change.
func TestARefreshHidesWhatItSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		set, change := rotated(t, nil)
		ctx, end := context.WithCancel(t.Context())
		slow, values := set.Hold(ctx)
		token := canary()
		set.Sent(slow, token)
		change()
		fast, _ := set.Hold(t.Context())
		for range 2 * maxSent {
			change()
			set.Sent(fast, canary())
			set.Sent(t.Context(), canary())
		}
		hides := func(want bool) {
			t.Helper()
			for _, text := range append([]string{token}, revealed(values)...) {
				if set.Hide(text) == hidden != want {
					t.Errorf("%s is hidden: %t", text, !want)
				}
			}
		}
		hides(true)
		end()
		synctest.Wait()
		for range 2 * maxSent {
			set.Sent(t.Context(), canary())
		}
		hides(false)
		if len(set.holds) != 1 {
			t.Errorf("%d refreshes", len(set.holds))
		}
	})
}

// revealed are the texts of values.
func revealed(values Values) (texts []string) {
	for _, each := range values {
		texts = append(texts, each.Reveal())
	}
	return texts
}

// TestOfADocumentTheKeyIsHidden checks that names in a service account file are not
// hidden, because ids may contain them.
func TestOfADocumentTheKeyIsHidden(t *testing.T) {
	t.Parallel()
	line := canary() + canary()
	pem := "-----BEGIN PRIVATE KEY-----\n" + line + "\n" + line[5:] + "\n-----END PRIVATE KEY-----\n"
	file, err := json.Marshal(map[string]string{"private_key": pem, "project_id": "the-project-of-the-team"})
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{pem, string(file)} {
		set, _ := rotated(t, map[string]Spec{
			"private_key": {Ref: Ref{Value: New(document)}, Document: true},
			"client_id":   {Ref: Ref{Value: New("reports@company.example.com")}, Public: true},
		})
		for text, want := range map[string]string{
			"projects/the-project-of-the-team/1": "projects/the-project-of-the-team/1",
			line + " " + line[5:]:                hidden + " " + hidden,
			"by reports@company.example.com":     "by " + hidden,
			"report of company.example.com":      "report of company.example.com",
		} {
			if got := set.Hide(text); got != want {
				t.Errorf("%s is shown as %s, want %s", text, got, want)
			}
		}
	}
}

// TestConcurrentSets uses one set as the sources of an account do.
func TestConcurrentSets(t *testing.T) {
	t.Parallel()
	set, change := rotated(t, nil)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			text := canary()
			for range 50 {
				set.Sent(t.Context(), text)
				if got := set.Hide("a/" + text + "/b"); got != "a/<secret>/b" || !set.Overlaps(text[:5]) {
					t.Errorf("shown as %s", got)
				}
			}
		})
	}
	for range 20 {
		change()
	}
	group.Wait()
}

// TestFormerValuesAreOfEachSecret checks that changes of one secret do not make a set
// forget the former value of another, and neither does a change of the configuration.
func TestFormerValuesAreOfEachSecret(t *testing.T) {
	t.Parallel()
	path, old := filepath.Join(t.TempDir(), "key"), canary()
	write(t, path, old)
	set, change := rotated(t, map[string]Spec{"key": {Ref: Ref{File: path}}})
	_, _ = set.Hold(t.Context()) // an account has one for as long as it runs
	write(t, path, canary())
	for range maxFormer + 1 {
		change()
	}
	next, _ := rotated(t, nil)
	change()
	latest := []string{old, change(), change()}
	next.Inherit(set)
	for i, each := range latest {
		if set.Hide(each) != hidden || next.Hide(each) != hidden {
			t.Errorf("value %d is shown as %s, after a change of the configuration as %s", i, set.Hide(each), next.Hide(each))
		}
	}
}

// TestEncodedIsHiddenAsLongAsTheSecret checks that tokens do not make a set forget the
// encoded form of a former secret.
func TestEncodedIsHiddenAsLongAsTheSecret(t *testing.T) {
	t.Parallel()
	set, _ := rotated(t, nil)
	form := canary()
	set.Encoded(form)
	for range 2 * maxSent {
		set.Sent(t.Context(), canary())
	}
	next, _ := rotated(t, nil)
	next.Inherit(set)
	if set.Hide(form) != hidden || next.Hide(form) != hidden {
		t.Error("an encoded secret is shown")
	}
	for range 2 * maxEncoded {
		set.Encoded(canary())
	}
	if len(set.encoded) != maxEncoded {
		t.Errorf("%d encoded secrets", len(set.encoded))
	}
}

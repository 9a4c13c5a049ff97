package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"export_status_exporter/internal/files"
)

// pair is a directory with a key and its secret, and the set over both.
type pair struct {
	t           *testing.T
	key, secret string
	set         *Set
}

func newPair(t *testing.T, key, secret string) *pair {
	t.Helper()
	dir := t.TempDir()
	f := &pair{t: t, key: filepath.Join(dir, "key"), secret: filepath.Join(dir, "secret")}
	write(t, f.key, key)
	write(t, f.secret, secret)
	set, err := NewSet(t.Context(), files.New(), map[string]Spec{
		"api_key":    {Ref: Ref{File: f.key}, Check: HeaderSafe},
		"api_secret": {Ref: Ref{File: f.secret}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.set = set
	return f
}

// want reloads and compares: what is in force, the version, and what the error
// tells ("" for no error).
func (f *pair) want(key, secret string, version uint64, problem string) {
	f.t.Helper()
	got, err := f.set.Reload(f.t.Context())
	if got != version {
		f.t.Errorf("version %d, want %d", got, version)
	}
	values := f.set.Values()
	if len(values) != 2 || values["api_key"] != New(key) || values["api_secret"] != New(secret) {
		f.t.Error("other secrets are in force")
	}
	text := ""
	if err != nil {
		text = err.Error()
		for _, value := range []string{key, secret} {
			wantHidden(f.t, text, value)
		}
	}
	if text != problem {
		f.t.Errorf("error %q\nwant  %q", text, problem)
	}
}

func TestReloadFollowsAChange(t *testing.T) {
	t.Parallel()
	one, two, three := canary(), canary(), canary()
	f := newPair(t, one, two)
	f.want(one, two, 1, "")
	write(t, f.key, "\n"+one+"\n")
	f.want(one, two, 1, "") // white space is no change
	before := f.set.Values()
	write(t, f.key, three)
	f.want(three, two, 2, "")
	f.want(three, two, 2, "")
	if before["api_key"] != New(one) {
		t.Error("values that were handed out have changed")
	}
	write(t, f.key, one)
	write(t, f.secret, three)
	f.want(one, three, 3, "") // two changes at one moment
}

func TestReloadKeepsTheLastGoodValue(t *testing.T) {
	t.Parallel()
	one, two, three := canary(), canary(), canary()
	f := newPair(t, one, two)

	write(t, f.key, "")
	f.want(one, two, 1, "api_key: secret file "+f.key+" is empty")
	write(t, f.key, one[:10])
	f.want(one, two, 1, "api_key: holds only the beginning of its last good value")
	write(t, f.key, three+" x")
	f.want(one, two, 1, "api_key: contains a space or a character that is not printable ASCII; copy it again")
	if err := os.Remove(f.key); err != nil {
		t.Fatal(err)
	}
	f.want(one, two, 1, "api_key: secret file: "+f.key+": no such file or directory")

	// The other one is not held up, and both problems are told.
	write(t, f.secret, three)
	f.want(one, three, 2, "api_key: secret file: "+f.key+": no such file or directory")
	write(t, f.secret, three[:1])
	f.want(one, three, 2, "api_key: secret file: "+f.key+": no such file or directory\n"+
		"api_secret: holds only the beginning of its last good value")

	write(t, f.key, two)
	write(t, f.secret, three)
	f.want(two, three, 3, "")
}

func TestReloadTakesALongerValue(t *testing.T) {
	t.Parallel()
	one, two := canary(), canary()
	f := newPair(t, one, two)
	write(t, f.key, one+"x")
	f.want(one+"x", two, 2, "")
}

func TestReloadFollowsASwappedDirectory(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	values := []string{canary(), canary()}
	for i, value := range values {
		dir := filepath.Join(root, []string{"..1", "..2"}[i])
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "token"), value)
	}
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	// As in a Kubernetes volume: token -> ..data/token, ..data -> ..1.
	link("..1", "..data")
	link(filepath.Join("..data", "token"), "token")
	set, err := NewSet(t.Context(), files.New(), map[string]Spec{"token": {Ref: Ref{File: filepath.Join(root, "token")}}})
	if err != nil {
		t.Fatal(err)
	}
	link("..2", "..data_tmp")
	if err := os.Rename(filepath.Join(root, "..data_tmp"), filepath.Join(root, "..data")); err != nil {
		t.Fatal(err)
	}
	if version, err := set.Reload(t.Context()); version != 2 || err != nil {
		t.Errorf("version %d, error %v", version, err)
	}
	if set.Values()["token"] != New(values[1]) {
		t.Error("the first directory's value is in force")
	}
}

func TestNewSetNamesEveryProblem(t *testing.T) {
	t.Parallel()
	value := canary() + " " + canary()
	_, err := NewSet(t.Context(), files.New(), map[string]Spec{
		"passphrase": {Ref: Ref{Value: New(value)}, Check: HeaderSafe},
		"api_secret": {Ref: Ref{Value: New(value)}, Check: Base64},
		"api_key":    {Ref: Ref{Value: New("good")}, Check: HeaderSafe},
	})
	if err == nil {
		t.Fatal("no error")
	}
	want := "api_secret: not standard base64; copy the private key whole, with its trailing '='\n" +
		"passphrase: contains a space or a character that is not printable ASCII; copy it again"
	if err.Error() != want {
		t.Errorf("error %q\nwant  %q", err, want)
	}
	wantHidden(t, err.Error(), value)
}

func TestGuardRefusesAChangeAsAWhole(t *testing.T) {
	t.Parallel()
	one, two, three := canary(), canary(), canary()
	f := newPair(t, one, two)
	refusal := errors.New("this key is another account's")
	f.set.Guard(func(next Values) error {
		if next["api_key"] == New(three) {
			return refusal
		}
		return nil
	})
	write(t, f.key, three)
	write(t, f.secret, three)
	f.want(one, two, 1, refusal.Error())
	write(t, f.key, one)
	f.want(one, three, 2, "")
	write(t, f.key, three)
	write(t, f.secret, "")
	f.want(one, three, 2, "api_secret: secret file "+f.secret+" is empty\n"+refusal.Error())
}

func TestSetIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	one, two := canary(), strings.ToUpper(canary())
	f := newPair(t, one, two)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				_, _ = f.set.Reload(f.t.Context())
				if values := f.set.Values(); values["api_secret"] != New(two) {
					t.Error("another secret is in force")
				}
			}
		})
	}
	for i := range 20 {
		// Written as a whole, so that no reader meets half of it.
		next := f.key + ".next"
		write(t, next, []string{one, two}[i%2])
		if err := os.Rename(next, f.key); err != nil {
			t.Fatal(err)
		}
	}
	wait.Wait()
	f.want(two, two, must(f.set.Reload(t.Context())), "")
}

func must(version uint64, _ error) uint64 { return version }

// TestBusyReadIsNoProblem: who waits in vain for another that reads, on a busy
// machine, is not told that a secret cannot be used.
func TestBusyReadIsNoProblem(t *testing.T) {
	t.Parallel()
	reading, goOn, first := make(chan bool), make(chan bool), true
	s, err := NewSet(t.Context(), files.New(), map[string]Spec{"key": {
		Ref: Ref{Value: New("an inline secret of a test")},
		Check: func(Secret) error {
			if !first {
				reading <- true
				<-goOn
			}
			first = false
			return nil
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := s.Reload(t.Context()); done <- err }()
	<-reading
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if version, err := s.Reload(ended); version != 1 || err != nil {
		t.Errorf("version %d, %v", version, err)
	}
	goOn <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
}

package sandbox

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestFaultSlowBodyDrips(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultSlowBody, Delay: time.Microsecond})
	for _, a := range accounts {
		got, err := r.lists(a)
		if err != nil || !json.Valid([]byte(got.body)) {
			t.Errorf("%s: %v: %q", a.Provider(), err, got.body)
		}
	}
}

func TestFaultsThatCut(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultTruncatedBody})
	for _, a := range accounts {
		got, err := r.lists(a)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !json.Valid([]byte(got.body)) {
			t.Errorf("%s: %v after %q", a.Provider(), err, got.body)
		}
		a.SetFault(Fault{Kind: FaultTruncatedJSON})
		got, err = r.lists(a)
		if err != nil || json.Valid([]byte(got.body)) || got.body == "" {
			t.Errorf("%s: %v, %q", a.Provider(), err, got.body)
		}
		wantFault(t, a, FaultTruncatedJSON)
	}
}

func TestFaultGzipBomb(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultGzipBomb})
	a := accounts[1]
	req := r.read(a, listTarget(a.Provider()))
	req.Header.Set("Accept-Encoding", "gzip") // keeps the transport from decompressing the body
	packed := r.send(req)
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) > 1<<20 {
		t.Fatalf("%d bytes on the wire, encoding %q", len(packed.body), packed.header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(io.Discard, z, bombSize); err != nil {
		t.Errorf("%d bytes: %v", n, err)
	}
	rest, err := io.ReadAll(z)
	if err != nil || !strings.HasPrefix(string(rest), `[{`) || !json.Valid(rest) {
		t.Errorf("after the spaces: %v, %q", err, rest)
	}
}

func TestFaultHugeBody(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultHugeBody})
	for i, a := range accounts {
		size := int64(hugeSize)
		if i > 0 {
			size = 10 << 20
			a.SetFault(Fault{Kind: FaultHugeBody, Size: size})
		}
		res, err := r.client.Do(r.read(a, listTarget(a.Provider())))
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.CopyN(io.Discard, res.Body, size)
		rest, restErr := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || restErr != nil || !json.Valid(rest) || len(rest) < 2 {
			t.Errorf("%s: %d bytes: %v, %v, %q", a.Provider(), n, err, restErr, rest)
		}
	}
}

func TestFaultsThatReplaceTheBody(t *testing.T) {
	r, accounts := faulty(t)
	for _, a := range accounts {
		right, err := r.lists(a)
		if err != nil {
			t.Fatal(err)
		}
		get := func(f Fault) response {
			a.SetFault(f)
			got, err := r.lists(a)
			if err != nil {
				t.Fatalf("%s, %s: %v", f.Kind, a.Provider(), err)
			}
			wantFault(t, a, f.Kind)
			return got
		}
		for asked, status := range map[int]int{0: 200, 503: 503} {
			got := get(Fault{Kind: FaultHTML, Status: asked})
			if got.status != status || !strings.HasPrefix(got.body, "<!DOCTYPE html>") ||
				!strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				t.Errorf("%s: HTML %d: %+v", a.Provider(), status, got)
			}
		}
		if got := get(Fault{Kind: FaultWrongTypes}); !json.Valid([]byte(got.body)) || got.body == right.body {
			t.Errorf("%s: wrong types: %s", a.Provider(), got.body)
		}
		wrong := get(Fault{Kind: FaultWrongItemTypes}).body
		id := `"id":{"unexpected":"1"}`
		if a.Provider() == KrakenFutures {
			id = `"id":[2]`
		}
		if !strings.Contains(wrong, id) || !json.Valid([]byte(wrong)) {
			t.Errorf("%s: wrong item types: %s", a.Provider(), wrong)
		}
		if a.Provider() == Kraken && !strings.HasPrefix(wrong, `{"error":[],`) {
			t.Errorf("the envelope was changed: %s", wrong)
		}
		nested := get(Fault{Kind: FaultDeepNesting}).body
		if strings.Count(nested, "[") != nestingDepth || strings.Count(nested, "]") != nestingDepth {
			t.Errorf("%s: %d bytes of nesting", a.Provider(), len(nested))
		}
		if got := get(Fault{Kind: FaultEmptyBody}); got.status != 200 || got.body != "" {
			t.Errorf("%s: empty body: %+v", a.Provider(), got)
		}
		a.ClearFault()
		if got, err := r.lists(a); err != nil || got.status != 200 || len(got.body) != len(right.body) {
			t.Errorf("%s: after the faults: %v, %s", a.Provider(), err, got.body)
		}
	}
}

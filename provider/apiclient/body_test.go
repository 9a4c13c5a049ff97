package apiclient_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

const tooLarge = "the answer is larger than 8 MiB"

// text returns a JSON string of the given size, including the quotes.
func text(size int) string { return `"` + strings.Repeat("a", size-2) + `"` }

func TestBodyBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		body   string
		length bool
		ok     bool
	}{
		{"exactly 8 MiB, announced", text(apiclient.MaxBodyBytes), true, true},
		{"exactly 8 MiB, in chunks", text(apiclient.MaxBodyBytes), false, true},
		{"one byte more, announced", text(apiclient.MaxBodyBytes + 1), true, false},
		{"one byte more, in chunks", text(apiclient.MaxBodyBytes + 1), false, false},
		{"white space beyond", `"a"` + strings.Repeat(" ", apiclient.MaxBodyBytes), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.length {
					w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
				}
				_, _ = io.WriteString(w, c.body)
			})
			var got string
			failed := failure(t, r.Do(t.Context(), list(), decode(&got)))
			if !c.ok {
				r.want(t, failed, provider.ReasonTooLarge, tooLarge, 200)
				return
			}
			if failed != nil || len(got) != apiclient.MaxBodyBytes-2 {
				t.Errorf("error %v, %d bytes", failed, len(got))
			}
		})
	}
}

// spring is an endless body that counts the bytes read from it.
type spring struct {
	fill  string
	drawn int64
}

// Read implements io.Reader.
func (s *spring) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(s.fill, len(p)/len(s.fill)+1))
	s.drawn += int64(n)
	return n, nil
}

// tripper is a RoundTripper function.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnEndlessBodyIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]string{"spaces": " ", "brackets": "[", "a list": "[0],", "text": "a"} {
		body := &spring{fill: fill}
		r := newRig(tripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(body)}, nil
		}))
		failed := r.get(t.Context(), t)
		if failed == nil || failed.Reason != provider.ReasonTooLarge && failed.Reason != provider.ReasonMalformed {
			t.Errorf("%s: %v", name, failed)
		}
		if body.drawn > apiclient.MaxBodyBytes+1 {
			t.Errorf("%s: %d bytes were drawn", name, body.drawn)
		}
	}
}

func TestAnAnnouncedGiantIsNotReadAtAll(t *testing.T) {
	t.Parallel()
	body := &spring{fill: "a"}
	r := newRig(tripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: 300 << 20, Body: io.NopCloser(body)}, nil
	}))
	r.want(t, r.get(t.Context(), t), provider.ReasonTooLarge, tooLarge, 200)
	if body.drawn != 0 {
		t.Errorf("%d bytes were drawn", body.drawn)
	}
}

func TestGzipBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	packer, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for range 9 {
		if _, err := packer.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	r.want(t, r.get(t.Context(), t), provider.ReasonTooLarge, tooLarge, 200)
}

func TestGzip(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	_, _ = io.WriteString(packer, `{"a":"`+strings.Repeat("b", 1000)+`"}`)
	_ = packer.Close()
	whole := packed.Bytes()
	spoilt := bytes.Clone(whole)
	spoilt[len(spoilt)-5] ^= 0xff // damage the checksum
	garbled := bytes.Clone(whole)
	for i := 12; i < 20; i++ {
		garbled[i] ^= 0xff
	}
	for _, c := range []struct {
		name   string
		body   []byte
		reason provider.Reason
		detail string
	}{
		{"whole", whole, "", ""},
		{"not gzip at all", []byte(`{"name":"a","b":1}`), provider.ReasonMalformed, "the answer's compression is broken"},
		{"wrong checksum", spoilt, provider.ReasonMalformed, "the answer's compression is broken"},
		{"garbled", garbled, provider.ReasonMalformed, "the answer's compression is broken"},
		{"cut short", whole[:len(whole)-9], provider.ReasonNetwork, "the connection closed before the answer was complete"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(c.body)
			})
			failed := r.get(t.Context(), t)
			if c.reason != "" {
				r.want(t, failed, c.reason, c.detail, 200)
			} else if failed != nil {
				t.Error(failed)
			}
		})
	}
}

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, detail string }{
		{"empty", "", "the answer is empty"},
		{"white space", " \n ", "the answer is empty"},
		{"HTML", "<!DOCTYPE html><html></html>", "a web page came instead of the API's answer"},
		{"HTML after white space", "\r\n <html></html>", "a web page came instead of the API's answer"},
		{"XML", `<?xml version="1.0"?><a/>`, "a web page came instead of the API's answer"},
		{"HTML after a byte order mark", "\ufeff<html></html>", "a web page came instead of the API's answer"},
		{"text", "Service Unavailable", "a text came instead of the API's answer"},
		{"cut short", `{"name":"a`, "the answer's JSON is cut short"},
		{"two values", `{"name":"a"}{"name":"b"}`, "the answer is not one JSON value, from byte 13 on"},
		{"a tail", `{"name":"a"} x`, "the answer is not one JSON value, from byte 14 on"},
		{"another type", `{"name":{"a":1}}`, "the answer has an unexpected JSON type at byte 9"},
		{"a list", `[1]`, "the answer has an unexpected JSON type at byte 1"},
		{"a broken middle", `{"name":"a",}`, "the answer is not one JSON value, from byte 12 on"},
		{"too deep", strings.Repeat(`{"name":`, 20000), "the answer is not one JSON value, from byte 80001 on"},
		{"NaN", `{"name":NaN}`, "the answer is not one JSON value, from byte 9 on"},
		{"a byte order mark alone", "\ufeff", "the answer is empty"},
		{"two byte order marks", "\ufeff\ufeff{}", "the answer is not one JSON value, from byte 1 on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(providertest.JSON(c.body))
			var v struct {
				Name string `json:"name"`
			}
			r.want(t, failure(t, r.Do(t.Context(), list(), decode(&v))), provider.ReasonMalformed, c.detail, 200)
		})
	}
}

func TestADecodersOwnErrorsBecomeTheDomains(t *testing.T) {
	t.Parallel()
	r := newRig(providertest.JSON(`{}`))
	err := r.Do(t.Context(), list(), func(*apiclient.Response) error { return io.ErrNoProgress })
	r.want(t, failure(t, err), provider.ReasonMalformed, "the answer could not be decoded", 200)

	r = newRig(providertest.JSON(`{}`))
	err = r.Do(t.Context(), list(), func(*apiclient.Response) error {
		return fmt.Errorf("trades: %w", &provider.Error{Reason: provider.ReasonLockout, Tried: "elsewhere", Detail: "locked"})
	})
	failed := failure(t, err)
	r.want(t, failed, provider.ReasonLockout, "locked", 200)
	if failed.Tried != "elsewhere" {
		t.Errorf("tried %q", failed.Tried)
	}

	r = newRig(providertest.JSON(`{}`))
	err = r.Do(t.Context(), list(), func(response *apiclient.Response) error {
		var v broken
		return response.DecodeJSON(&v)
	})
	r.want(t, failure(t, err), provider.ReasonMalformed, "the answer does not have the expected form", 200)
}

// broken never decodes.
type broken struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*broken) UnmarshalJSON([]byte) error { return context.Canceled }

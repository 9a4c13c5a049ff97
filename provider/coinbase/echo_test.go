package coinbase

import (
	"net/http"
	"strconv"
	"testing"

	"export_status_exporter/provider/providertest"
)

// echo returns an API that repeats what it was sent in all texts of the reports on three
// pages.
func echo() *providertest.Echo {
	pages := 0
	var e *providertest.Echo
	e = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
		pages++
		header := http.Header{}
		if pages%3 > 0 {
			header.Set("Cb-After", strconv.Itoa(pages))
		}
		sample := map[string]string{"id": strconv.Itoa(pages), "type": "fills", "status": "ready"}
		return providertest.Answer{Header: header, Body: e.Items(texts, sample, "id", "type", "status")}
	}}
	return e
}

func echoed() *Config {
	c := DefaultConfig()
	c.APIKey, c.APISecret, c.Passphrase = providertest.Ref(""), providertest.Ref(""), providertest.Ref("correct "+providertest.Letters(6))
	return c
}

// TestEcho repeats the key, the passphrase and the signatures.
func TestEcho(t *testing.T) {
	t.Parallel()
	echo().Check(t, echoed(), nil, false)
}

// TestEchoAfterRotation changes the key between the pages.
func TestEchoAfterRotation(t *testing.T) {
	t.Parallel()
	c := echoed()
	key, rotate := providertest.Rotating(t)
	c.APIKey = key
	echo().Check(t, c, rotate, false)
}

// TestEchoOfOne repeats what was sent in an answer about a configured id, and in errors.
func TestEchoOfOne(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	c := echoed()
	c.ReportIDs, c.APIKey = []string{"one"}, providertest.Ref(key)
	for _, field := range []string{"type", "status"} {
		(&providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
			return providertest.Answer{Body: `{"id":"one","` + field + `":"` + texts[len(texts)-1] + `"}`}
		}}).Check(t, c, nil, false)
	}
	for _, word := range providertest.Words(key) {
		(&providertest.Echo{Answer: func(*http.Request, []string) providertest.Answer {
			return providertest.Answer{Status: http.StatusBadRequest, Body: `{"message":"` + word + `"}`}
		}}).Check(t, c, nil, true)
	}
}

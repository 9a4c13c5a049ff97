package coinbase

import (
	"net/http"
	"strconv"
	"testing"

	"export_status_exporter/provider/providertest"
)

// echoing returns a source of an API that repeats what it was sent in all texts of the
// reports on three pages.
func echoing(t *testing.T, change func(*Config)) (*source, *providertest.Echo) {
	t.Helper()
	pages := 0
	var echo *providertest.Echo
	echo = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
		pages++
		header := http.Header{}
		if pages%3 > 0 {
			header.Set("Cb-After", strconv.Itoa(pages))
		}
		sample := map[string]string{"id": strconv.Itoa(pages), "type": "fills", "status": "ready"}
		return providertest.Answer{Header: header, Body: echo.Items(texts, sample, "id", "type", "status")}
	}}
	c := DefaultConfig()
	c.APIKey, c.APISecret, c.Passphrase = providertest.Ref(""), providertest.Ref(""), providertest.Ref("correct "+providertest.Letters(6))
	change(c)
	return c.Sources(providertest.Deps(echo), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0].(*source), echo //nolint:forcetypeassert // The only type.
}

// TestEcho repeats the key, the passphrase and the signatures.
func TestEcho(t *testing.T) {
	t.Parallel()
	source, echo := echoing(t, func(*Config) {})
	snapshot, failed := providertest.Fetch(t, source)
	if failed != nil {
		t.Fatal(failed)
	}
	echo.WantHidden(t, snapshot, nil)
}

// TestEchoAfterRotation changes the key between the pages.
func TestEchoAfterRotation(t *testing.T) {
	t.Parallel()
	key, rotate := providertest.Rotating(t)
	source, echo := echoing(t, func(c *Config) { c.APIKey = key })
	answer := echo.Answer
	echo.Answer = func(request *http.Request, texts []string) providertest.Answer {
		rotate()
		if _, err := source.secrets.Reload(t.Context()); err != nil {
			t.Error(err)
		}
		return answer(request, texts)
	}
	snapshot, failed := providertest.Fetch(t, source)
	if failed != nil {
		t.Fatal(failed)
	}
	echo.WantHidden(t, snapshot, nil)
}

// TestEchoOfOne repeats what was sent in an answer about a configured id, and in errors.
func TestEchoOfOne(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	one := func(c *Config) { c.ReportIDs, c.APIKey = []string{"one"}, providertest.Ref(key) }
	for _, field := range []string{"type", "status"} {
		source, echo := echoing(t, one)
		echo.Answer = func(_ *http.Request, texts []string) providertest.Answer {
			return providertest.Answer{Body: `{"id":"one","` + field + `":"` + texts[len(texts)-1] + `"}`}
		}
		snapshot, failed := providertest.Fetch(t, source)
		if failed != nil {
			t.Fatal(failed)
		}
		echo.WantHidden(t, snapshot, nil)
	}
	for _, word := range providertest.Words(key) {
		source, echo := echoing(t, one)
		echo.Answer = func(*http.Request, []string) providertest.Answer {
			return providertest.Answer{Status: http.StatusBadRequest, Body: `{"message":"` + word + `"}`}
		}
		snapshot, failed := providertest.Fetch(t, source)
		if failed == nil {
			t.Fatalf("%s is no error", word)
		}
		echo.WantHidden(t, snapshot, failed)
	}
}

package krakenfutures

import (
	"net/http"
	"slices"
	"testing"

	"export_status_exporter/provider/providertest"
)

// TestEcho repeats the key as an error word. No other text of the API is shown, but the
// signature is known to the set, too.
func TestEcho(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	for _, word := range providertest.Words(key) {
		authent := ""
		echo := &providertest.Echo{Answer: func(request *http.Request, _ []string) providertest.Answer {
			authent = request.Header.Get("Authent")
			return providertest.Answer{Body: `{"result":"error","error":"` + word + `"}`}
		}}
		c := DefaultConfig()
		c.APIKey, c.APISecret = providertest.Ref(key), providertest.Ref("")
		secrets := echo.Check(t, c, nil, true)
		if got := secrets.Hide("a/" + authent[:30]); got != "a/<secret>" {
			t.Errorf("the signature is shown as %s", got)
		}
	}
}

// TestEchoInAWarning repeats a key as the name of an area.
func TestEchoInAWarning(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	c := DefaultConfig()
	c.APIKey, c.APISecret, c.Streams = providertest.Ref(key), providertest.Ref(""), nil
	api := providertest.JSON(`{"result":"success","createdAt":"2026-01-01T00:00:00Z","permissions":{"x` + key + `":"FULL_ACCESS"}}`)
	source := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
	snapshot, failed := providertest.Fetch(t, source)
	if want := []string{"the key may do more than the exporter needs: x<secret> FULL_ACCESS"}; failed != nil || !slices.Equal(snapshot.Warnings, want) {
		t.Errorf("%v, warnings %v, want %v", failed, snapshot.Warnings, want)
	}
}

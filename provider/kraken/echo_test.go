package kraken

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"export_status_exporter/provider/providertest"
)

// TestEcho repeats the key and the signature of each request as every text of a report.
func TestEcho(t *testing.T) {
	t.Parallel()
	var echo *providertest.Echo
	echo = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
		sample := map[string]string{"report": "trades", "format": "CSV", "status": "Processed"}
		return providertest.Answer{Body: `{"error":[],"result":` + echo.Items(texts, sample, "id", "report", "format", "status") + `}`}
	}}
	c := config("trades")
	source := c.Sources(providertest.Deps(echo), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
	for range 3 {
		snapshot, failed := providertest.Fetch(t, source)
		if failed != nil {
			t.Fatal(failed)
		}
		echo.WantHidden(t, snapshot, nil)
	}
}

// TestEchoAfterRotation changes the key while the answer to the former one is on its way.
func TestEchoAfterRotation(t *testing.T) {
	t.Parallel()
	c := config("trades")
	key, rotate := providertest.Rotating(t)
	c.APIKey = key
	secrets := providertest.Secrets(t, c.Secrets())
	var echo *providertest.Echo
	echo = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
		rotate()
		if _, err := secrets.Reload(t.Context()); err != nil {
			t.Error(err)
		}
		return providertest.Answer{Body: `{"error":[],"result":` + echo.Items(texts, nil, "id") + `}`}
	}}
	source := c.Sources(providertest.Deps(echo), secrets, &providertest.Observer{})[0]
	for range 2 {
		snapshot, failed := providertest.Fetch(t, source)
		if failed != nil {
			t.Fatal(failed)
		}
		echo.WantHidden(t, snapshot, nil)
	}
}

// TestEchoInAnError repeats a key that looks like an error word.
func TestEchoInAnError(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	for _, word := range append(providertest.Words(key), "EUser:"+key[:20]) {
		echo := &providertest.Echo{Answer: func(*http.Request, []string) providertest.Answer {
			content, err := json.Marshal(map[string][]string{"error": {word}})
			if err != nil {
				t.Error(err)
			}
			return providertest.Answer{Body: string(content)}
		}}
		c := config("trades")
		c.APIKey = providertest.Ref(key)
		source := c.Sources(providertest.Deps(echo), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
		snapshot, failed := providertest.Fetch(t, source)
		if failed == nil {
			t.Fatalf("%s is no error", word)
		}
		echo.WantHidden(t, snapshot, failed)
	}
}

// TestEchoInAWarning repeats a key as the name of a permission.
func TestEchoInAWarning(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	c := config("trades")
	c.APIKey, c.CheckKey = providertest.Ref(key), true
	api := providertest.JSON(nothing, `{"error":[],"result":{"permissions":["x`+key+`"],"validUntil":"0"}}`)
	source := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
	snapshot, failed := providertest.Fetch(t, source)
	if want := []string{"the key may do more than the exporter needs: x<secret>"}; failed != nil || !slices.Equal(snapshot.Warnings, want) {
		t.Errorf("%v, warnings %v, want %v", failed, snapshot.Warnings, want)
	}
}

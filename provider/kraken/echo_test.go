package kraken

import (
	"net/http"
	"slices"
	"testing"

	"export_status_exporter/provider/providertest"
)

// TestEcho repeats the key and the signature of each request as every text of a report.
// Then it does so while the key changes.
func TestEcho(t *testing.T) {
	t.Parallel()
	key, rotate := providertest.Rotating(t)
	for _, change := range []func(){nil, rotate} {
		var echo *providertest.Echo
		echo = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
			sample := map[string]string{"report": "trades", "format": "CSV", "status": "Processed"}
			return providertest.Answer{Body: `{"error":[],"result":` + echo.Items(texts, sample, "id", "report", "format", "status") + `}`}
		}}
		c := config("trades")
		c.APIKey = key
		echo.Check(t, c, change, false)
	}
}

// TestEchoInAnError repeats a key that looks like an error word.
func TestEchoInAnError(t *testing.T) {
	t.Parallel()
	key := providertest.Letters(32)
	c := config("trades")
	c.APIKey = providertest.Ref(key)
	for _, word := range append(providertest.Words(key), "EUser:"+key[:20]) {
		(&providertest.Echo{Answer: func(*http.Request, []string) providertest.Answer {
			return providertest.Answer{Body: `{"error":["` + word + `"]}`}
		}}).Check(t, c, nil, true)
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

package onlyfansapi

import (
	"net/http"
	"testing"

	"export_status_exporter/provider/providertest"
)

// TestEcho repeats the token as every text of an export, and as an error word.
func TestEcho(t *testing.T) {
	t.Parallel()
	token := providertest.Letters(32)
	for _, word := range append(providertest.Words(token), "") {
		var echo *providertest.Echo
		echo = &providertest.Echo{Answer: func(_ *http.Request, texts []string) providertest.Answer {
			if word != "" {
				return providertest.Answer{Status: http.StatusBadRequest, Body: `{"error":"` + word + `","message":"` + word + `"}`}
			}
			sample := map[string]string{"type": "fans", "status": "completed"}
			return providertest.Answer{Body: `{"data":` + echo.Items(texts, sample, "id", "type", "status", "file_type") + `,"meta":{"last_page":1}}`}
		}}
		c := DefaultConfig()
		c.Token = providertest.Ref(token)
		echo.Check(t, c, nil, word != "")
	}
}

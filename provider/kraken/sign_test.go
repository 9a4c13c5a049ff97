package kraken

import (
	"encoding/json"
	"testing"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

type vector struct{ Name, Secret, Nonce, Path, Body, Signature string }

func vectors(t *testing.T) []vector {
	t.Helper()
	var file struct {
		Kraken []vector `json:"kraken"`
	}
	if err := json.Unmarshal([]byte(providertest.File(t, "../testdata/vectors.json")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Kraken) != 5 {
		t.Fatalf("%d vectors, want 5", len(file.Kraken))
	}
	return file.Kraken
}

func TestSign(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		got, err := sign(secret.New(v.Secret), v.Path, v.Nonce, []byte(v.Body))
		if err != nil || got != v.Signature {
			t.Errorf("%s: got  %s, %v\nwant %s", v.Name, got, err, v.Signature)
		}
	}
}

func TestSignRefusesABrokenSecret(t *testing.T) {
	t.Parallel()
	value := "not-base64!" + providertest.Key()
	got, err := sign(secret.New(value), exportStatusPath, "1", nil)
	if got != "" || err == nil || err.Error() != "api_secret is not standard base64" {
		t.Errorf("signature %q, error %v", got, err)
	}
}

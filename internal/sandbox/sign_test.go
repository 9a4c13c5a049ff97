package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
)

type vector struct {
	Name, Secret, Signature string
	Nonce, Path, Body       string // Kraken
	Query                   string // Kraken Futures
	Timestamp, Target       string // Coinbase Exchange
}

func TestSignaturesMatchPublishedVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Kraken   []vector `json:"kraken"`
		Futures  []vector `json:"kraken_futures"`
		Coinbase []vector `json:"coinbase_exchange"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	check := func(vectors []vector, count int, sign func(v vector, secret []byte) string) {
		if len(vectors) != count {
			t.Errorf("%d vectors, want %d", len(vectors), count)
		}
		for _, v := range vectors {
			secret, err := base64.StdEncoding.DecodeString(v.Secret)
			if err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
			if got := sign(v, secret); got != v.Signature {
				t.Errorf("%s: signature %s, want %s", v.Name, got, v.Signature)
			}
		}
	}
	check(vectors.Kraken, 5, func(v vector, secret []byte) string {
		return krakenSignature(secret, v.Path, v.Nonce, []byte(v.Body))
	})
	check(vectors.Futures, 6, func(v vector, secret []byte) string {
		return futuresSignature(secret, v.Query, v.Nonce, v.Path)
	})
	check(vectors.Coinbase, 3, func(v vector, secret []byte) string {
		return coinbaseSignature(secret, v.Timestamp, "GET", v.Target, nil)
	})
}

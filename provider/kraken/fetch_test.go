package kraken

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

const nothing = `{"error":[],"result":[]}`

func TestRequest(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"trades", "ledgers"} {
		r := newRig(t, kind, providertest.JSON(nothing))
		if _, err := r.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r.Name() != kind || !slices.Equal(r.Types(), []string{kind}) {
			t.Errorf("source %s of types %v, want %s", r.Name(), r.Types(), kind)
		}
		asked := r.api.Asked()
		if len(asked) != 1 {
			t.Fatalf("asked %d times", len(asked))
		}
		got := asked[0]
		body := "nonce=1772366400000&report=" + kind
		if got.Method != http.MethodPost || got.URL != "https://api.test/0/private/ExportStatus" || got.Body != body {
			t.Errorf("asked %s %s with %s", got.Method, got.URL, got.Body)
		}
		signature, err := sign(r.config.APISecret.Value, "/0/private/ExportStatus", "1772366400000", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"API-Key": r.config.APIKey.Value.Reveal(), "API-Sign": signature,
			"Content-Type": "application/x-www-form-urlencoded", "User-Agent": providertest.UserAgent,
		} {
			if !slices.Equal(got.Header.Values(name), []string{want}) {
				t.Errorf("header %s is not as signed", name)
			}
		}
	}
}

// TestRequestIsTheVectors sends an ExportStatus call with the published sample secret
// and nonce.
func TestRequestIsTheVectors(t *testing.T) {
	t.Parallel()
	const body = "nonce=1616492376594&report=trades"
	for _, v := range vectors(t) {
		if v.Path != exportStatusPath || v.Body != body {
			continue
		}
		c := config("trades")
		c.APISecret = providertest.Ref(v.Secret)
		api := providertest.JSON(nothing)
		deps := providertest.DepsAt(api, providertest.NewClock(time.UnixMilli(1616492376594)))
		source := c.Sources(deps, providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
		if _, err := source.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := api.Asked()[0]
		if got.Body != body || got.Header.Get("API-Sign") != v.Signature {
			t.Errorf("sent %s signed %s", got.Body, got.Header.Get("API-Sign"))
		}
		return
	}
	t.Fatal("no vector for the call")
}

func TestEveryRequestHasAFreshNonce(t *testing.T) {
	t.Parallel()
	for unit, want := range map[string][]uint64{
		"ms": {1772366400000, 1772366400001, 1772366400002, 1772366401000},
		"us": {1772366400000000, 1772366400000001, 1772366400000002, 1772366401000000},
		"ns": {1772366400000000000, 1772366400000000001, 1772366400000000002, 1772366401000000000},
	} {
		c := config()
		c.NonceUnit = unit
		// A refused nonce must not be reused.
		api := providertest.Answers(
			providertest.Answer{Body: nothing}, providertest.Answer{Body: `{"error":["EAPI:Invalid nonce"]}`},
			providertest.Answer{Err: errors.New("reset")}, providertest.Answer{Body: nothing},
		)
		clock := providertest.NewClock(providertest.Start())
		sources := c.Sources(providertest.DepsAt(api, clock), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})
		if len(sources) != 2 {
			t.Fatalf("%d sources", len(sources))
		}
		for i := range 4 {
			if i == 2 {
				clock.Set(providertest.Start().Add(-time.Hour))
			}
			if i == 3 {
				clock.Set(providertest.Start().Add(time.Second))
			}
			_, _ = sources[i%2].Fetch(t.Context()) // both use the same key
		}
		var got []uint64
		for _, asked := range api.Asked() {
			form, err := url.ParseQuery(asked.Body)
			if err != nil {
				t.Fatal(err)
			}
			nonce, err := strconv.ParseUint(form.Get("nonce"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, nonce)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: nonces %v, want %v", unit, got, want)
		}
	}
}

// tripper is a RoundTripper function.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOneRequestPerKeyIsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := providertest.JSON(nothing)
		flying, most := make(chan struct{}, 8), 0
		c := config()
		deps := providertest.Deps(tripper(func(r *http.Request) (*http.Response, error) {
			flying <- struct{}{}
			most = max(most, len(flying))
			synctestWait(r.Context(), time.Second)
			<-flying
			return api.RoundTrip(r)
		}))
		sources := c.Sources(deps, providertest.Secrets(t, c.Secrets()), &providertest.Observer{})
		ended := make(chan error)
		begun := time.Now()
		for _, s := range sources {
			go func() {
				_, err := s.Fetch(t.Context())
				ended <- err
			}()
		}
		for range sources {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if most != 1 || time.Since(begun) != 2*time.Second {
			t.Errorf("%d requests at once, %s for two", most, time.Since(begun))
		}
	})
}

// synctestWait waits on the bubble's clock.
func synctestWait(ctx context.Context, d time.Duration) {
	wait, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-wait.Done()
}

func TestWaitingForTheTurnEndsWithTheContext(t *testing.T) {
	t.Parallel()
	r := newRig(t, "trades", providertest.JSON(nothing))
	source, ok := r.Source.(*source)
	if !ok {
		t.Fatal("another type")
	}
	_, release, err := source.caller.nonces.Acquire(t.Context(), r.config.APIKey.Value.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	defer release()

	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	_, err = r.Fetch(late)
	want := "POST /0/private/ExportStatus: another request with this key lasted until the timeout"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}

	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err = r.Fetch(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(r.api.Asked()) != 0 {
		t.Error("asked out of turn")
	}
}

func TestASecretThatCannotSignSendsNothing(t *testing.T) {
	t.Parallel()
	c := config("trades")
	api := providertest.JSON(nothing)
	c.APISecret = secret.Ref{Value: secret.New("not base64")}
	specs := c.Secrets()
	specs[secretSigning] = secret.Spec{Ref: c.APISecret} // unchecked
	source := c.Sources(providertest.Deps(api), providertest.Secrets(t, specs), &providertest.Observer{})[0]
	_, err := source.Fetch(t.Context())
	want := "POST /0/private/ExportStatus: api_secret is not standard base64"
	if err == nil || err.Error() != want || len(api.Asked()) != 0 {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	if c.Name() != "kraken" || c.DefaultBaseURL() != "https://api.kraken.com" || !c.Serial() || c.KeySecret() != "api_key" || c.Warnings() != nil {
		t.Errorf("config %+v", c)
	}
	if !slices.Equal(c.Reports, []string{"trades", "ledgers"}) || c.NonceUnit != "ms" || len(c.Validate()) != 0 {
		t.Errorf("default %+v: %v", c, c.Validate())
	}
	if e := c.Endpoints(); len(e) != 1 || e[0].Method != http.MethodPost || e[0].Path != "/0/private/ExportStatus" {
		t.Errorf("allow-list %v", e)
	}
	for want, c := range map[string]*Config{
		"reports: must name at least one of trades and ledgers": {NonceUnit: "us"},
		`reports: "trade" is neither trades nor ledgers`:        {NonceUnit: "ns", Reports: []string{"trade"}},
		`reports: "trades" is named twice`:                      {NonceUnit: "ns", Reports: []string{"trades", "trades"}},
		`nonce_unit: "s" is none of ms, us and ns`:              {NonceUnit: "s", Reports: []string{"trades"}},
		`nonce_unit: "" is none of ms, us and ns`:               {Reports: []string{"trades"}},
	} {
		problems := c.Validate()
		if len(problems) != 1 || problems[0].Error() != want {
			t.Errorf("problems %v, want %s", problems, want)
		}
	}
	for name, spec := range config().Secrets() {
		if spec.Check == nil || spec.Ref.Value.Empty() {
			t.Errorf("%s: %v", name, spec)
		}
		if err := spec.Check(secret.New("a b")); err == nil || strings.Contains(err.Error(), "a b") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

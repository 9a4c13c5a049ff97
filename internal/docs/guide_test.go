package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/internal/app"
	"export_status_exporter/internal/cli"
	"export_status_exporter/internal/docs/markdown"
	sources "export_status_exporter/internal/files"
	"export_status_exporter/internal/fleet"
)

// guide returns the tutorial in docs/apis.md.
func guide(t *testing.T) markdown.Document {
	t.Helper()
	return page(t, apisFile).Section("Watch any API in ten minutes")
}

// TestTheGuideTries checks that trying the tutorial's definition prints what the page
// shows, and so does the misspelled one.
func TestTheGuideTries(t *testing.T) {
	answer := guide(t).Section("1. Save a response").Code("json")[0]
	text := guide(t).Section("2. Write the definition").Code("yaml")[0]
	shown := guide(t).Section("3. Try it").Code("text")
	if told := tryText(t, text, answer); told != shown[0] {
		t.Errorf("the page shows other than what is told (-want +got):\n%s", cmp.Diff(shown[0], told))
	}
	if told := tryText(t, strings.Replace(text, "status: state", "status: stat", 1), answer); !strings.Contains(told, shown[1]) {
		t.Errorf("the page shows another problem than:\n%s", told)
	}
}

// tryText tries an answer with a definition and returns the messages.
func tryText(t *testing.T, text, answer string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "depot.yml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var samples, told strings.Builder
	_ = cli.TryFile(t.Context(), file, true, cli.Saved{Source: "depot/exports"}, strings.NewReader(answer), &samples, &told) // the messages contain the error
	return told.String()
}

// depot serves the tutorial's API, which requires a token. It returns the page's
// answer, and then a last one.
func depot(t *testing.T, token string) *httptest.Server {
	t.Helper()
	first := guide(t).Section("1. Save a response").Code("json")[0]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Header.Get("Authorization") != "Bearer "+token || r.URL.Path != "/v1/exports":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"no"}`)
		case r.URL.RawQuery == "":
			_, _ = io.WriteString(w, first)
		case r.URL.RawQuery == "cursor=c2":
			_, _ = io.WriteString(w, `{"exports":[{"id":"ex_0","kind":"orders","state":"failed","requested_at":"2026-11-20T10:00:00Z"}],"next_cursor":null}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestTheGuideWatches creates the files of the tutorial and requests exports with them.
func TestTheGuideWatches(t *testing.T) {
	token := random()
	folder := t.TempDir()
	address := depot(t, token).URL
	for name, text := range map[string]string{
		"apis/depot.yml":             strings.Replace(guide(t).Section("2. Write the definition").Code("yaml")[0], "https://api.depot.example.com", address, 1),
		"export_status_exporter.yml": guide(t).Section("4. Add the account").Code("yaml")[0],
		"secrets/depot.token":        token + "\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(folder, "export_status_exporter.yml")
	if checked, err := config.Load(t.Context(), sources.New(), file); err != nil || len(checked.Warnings) > 0 {
		t.Fatal(err, checked)
	}
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	program, err := app.New(app.Options{
		ConfigFile: file, Loggers: loggers, Version: "test", MaxRequests: 10, Accounts: []string{"warehouse"},
		Settings: fleet.Settings{
			MaxRefreshes: 100, Now: time.Now, Rand: func() float64 { return 0.5 },
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := program.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	var table, samples strings.Builder
	if err := cli.List(t.Context(), program, &table, io.Discard, cli.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := cli.Once(t.Context(), program, &samples, false); err != nil {
		t.Fatal(err)
	}
	for id, status := range map[string]string{"ex_0": "failed", "ex_1": "ready", "ex_2": "processing"} {
		want := fmt.Sprintf(`export_status{account="warehouse",provider="depot",report_id=%q,source="exports",status=%q} 1`, id, status)
		if !strings.Contains(samples.String(), want) || !strings.Contains(table.String(), id) {
			t.Errorf("no %s in\n%s\n%s", want, table.String(), samples.String())
		}
	}
}

// TestAnswersOfTheGuideAreJSON checks the JSON on the page, because readers copy it.
func TestAnswersOfTheGuideAreJSON(t *testing.T) {
	for _, block := range page(t, apisFile).Code("json") {
		if !json.Valid([]byte(block)) {
			t.Errorf("no JSON:\n%s", block)
		}
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/internal/human"
	"export_status_exporter/internal/web"
	"export_status_exporter/provider"
)

// threeExports is a document with exports of several urgencies.
func threeExports(t *testing.T) *web.Document {
	t.Helper()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	known := func(value float64) provider.Number { return provider.Number{Value: value, Known: true} }
	snapshot := &provider.Snapshot{Complete: true, Reports: []provider.Report{
		{ID: "b7a9b2d0-7f7d-4c39-9b6e-000000000001", Type: "fills", Status: provider.StatusFailed, Created: now.Add(-2 * time.Hour)},
		{ID: "b7a9b2d0-7f7d-4c39-9b6e-000000000002", Type: "a type with a long name of its own", Status: provider.StatusProcessing, Created: now.Add(-9 * time.Hour), Progress: known(0.379)},
		{ID: "b7a9b2d0-7f7d-4c39-9b6e-000000000003", Type: "balance", Status: provider.StatusReady, Created: now.Add(-30 * time.Hour), Completed: now.Add(-29 * time.Hour), Expires: now.Add(9 * 24 * time.Hour), Progress: known(1)},
	}}
	view := account.View{
		Name: "an-account-with-a-long-name", Provider: "coinbase_exchange", Now: now,
		Policy:  account.Policy{MaxReports: 100, MaxAge: 1000 * time.Hour, StaleAfter: time.Hour},
		Sources: []account.SourceView{{Name: "reports", Snapshot: snapshot, Refreshed: true, Up: true, LastSuccess: now, Past: &account.Past{}}},
	}
	view.Expect = &provider.Expect{General: provider.Expectation{ReadyWithin: 4 * time.Hour}}
	return web.Whole(web.Fleet{Now: now, Accounts: []account.View{view}}, web.Info{Version: "1.0.0"})
}

func written(t *testing.T, o ListOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := o.write(&b, threeExports(t)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTable: the table fits a terminal from 80 columns on, and shows more where
// there is more.
func TestTable(t *testing.T) {
	narrow := strings.TrimPrefix(`
FAILED (1)
ACCOUNT       TYPE          STATUS      PROGRESS     AGE  EXPIRES  REPORT
an-acc…-name  fills         failed      -            2 h  -        b7a9b2…000001

STUCK (1)
an-acc…-name  a type…s own  processing  ##....  37%  9 h  -        b7a9b2…000002

READY (1)
an-acc…-name  balance       ready       ###### 100%  1 d  in 9 d   b7a9b2…000003
`, "\n")
	if diff := cmp.Diff(narrow, written(t, ListOptions{Width: 80})); diff != "" {
		t.Error(diff)
	}
	for width := 80; width <= 240; width += 20 {
		table := written(t, ListOptions{Width: width})
		for line := range strings.Lines(table) {
			if n := human.Columns(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns in %d: %s", n, width, line)
			}
		}
		if width >= 200 && (!strings.Contains(table, "b7a9b2d0-7f7d-4c39-9b6e-000000000002") || !strings.Contains(table, "PROVIDER")) {
			t.Errorf("%d columns do not show all there is:\n%s", width, table)
		}
	}
}

// TestPlain: what goes to a program has one line for each export, whole ids and
// no color.
func TestPlain(t *testing.T) {
	want := "PROVIDER\tACCOUNT\tSOURCE\tREPORT\tTYPE\tSTATUS\tPROGRESS\tAGE\tEXPIRES\tURGENCY\n" +
		"coinbase_exchange\tan-account-with-a-long-name\treports\tb7a9b2d0-7f7d-4c39-9b6e-000000000001\tfills\tfailed\t-\t2 h\t-\tfailed\n" +
		"coinbase_exchange\tan-account-with-a-long-name\treports\tb7a9b2d0-7f7d-4c39-9b6e-000000000002\ta type with a long name of its own\tprocessing\t37%\t9 h\t-\tstuck\n" +
		"coinbase_exchange\tan-account-with-a-long-name\treports\tb7a9b2d0-7f7d-4c39-9b6e-000000000003\tbalance\tready\t100%\t1 d\tin 9 d\tready\n"
	if diff := cmp.Diff(want, written(t, ListOptions{})); diff != "" {
		t.Error(diff)
	}
	if colored := written(t, ListOptions{Width: 80, Color: true}); !strings.Contains(colored, "\x1b[1;31mFAILED (1)\x1b[0m") {
		t.Errorf("no color:\n%s", colored)
	}
	var document web.Document
	if err := json.Unmarshal([]byte(written(t, ListOptions{JSON: true, Width: 80})), &document); err != nil || len(document.Reports) != 3 {
		t.Errorf("JSON: %v, %d reports", err, len(document.Reports))
	}
}

// TestListFlags: urgencies are words of a closed list.
func TestListFlags(t *testing.T) {
	s, err := parsed("--list", "--list.only=stuck,failed", "--list.format=json", "--color=never")
	if err != nil || !slices.Equal(s.only, []string{"stuck", "failed"}) || s.listFormat != "json" {
		t.Errorf("%v %v %s", err, s.only, s.listFormat)
	}
	if _, err := parsed("--list", "--list.only=stuck,late"); err == nil || !strings.Contains(err.Error(), "one or more of failed, stuck, awaiting_start") {
		t.Error(err)
	}
	if _, err := parsed("--list.only=stuck"); err == nil || !strings.Contains(err.Error(), "need --list") {
		t.Error(err)
	}
}

// TestListIsAsDocumented compares the captures of docs/exports.md with what the demo
// prints. Each run of the demo has other ids.
func TestListIsAsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	program := newDemo(t, time.Now())
	for _, width := range []int{80, 120} {
		var b bytes.Buffer
		if err := List(t.Context(), program, &b, io.Discard, ListOptions{Width: width}); !errors.Is(err, ErrSourceFailed) {
			t.Errorf("%d columns: %v", width, err)
		}
		_, rest, _ := strings.Cut(string(page), fmt.Sprintf("%d columns:\n\n```text\n", width))
		documented, _, _ := strings.Cut(rest, "```")
		if diff := cmp.Diff(withoutIDs(documented), withoutIDs(b.String())); diff != "" {
			t.Errorf("%d columns in docs/exports.md:\n%s", width, diff)
		}
	}
}

// withoutIDs replaces the last column of a table.
func withoutIDs(table string) string {
	return regexp.MustCompile(`(?m)  \S+$`).ReplaceAllString(table, "  ID")
}

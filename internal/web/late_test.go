package web

import (
	"strings"
	"testing"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestLateOnThePage: the page shows which data is older than expected, and
// which types have none.
func TestLateOnThePage(t *testing.T) {
	old := report("old", "fills\u202e", provider.StatusReady, 3*day)
	source := up("reports", old, report("new", "balance", provider.StatusReady, time.Hour), report("queued", "", provider.StatusQueued, 3*day), report("coming", "account", provider.StatusQueued, time.Hour))
	source.DataEnd = map[string]time.Time{old.Type: before(3 * day), "balance": before(day)}
	shown := view("a", "coinbase_exchange", source)
	within := 2 * day
	shown.Expect = expect().With(provider.Override{DataWithin: &within}, nil)
	fleet := Fleet{Now: moment0(), Accounts: []account.View{shown}}
	text := open(t, fleet, "/exports").text()
	for _, want := range []string{
		`Late: fills\u{202e}. The data ends 3 d ago; at most 2 d is expected.`,
		"Late: exports without a type. None is ready; at most 2 d is expected.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	if got := strings.Count(text, "Late:"); got != 2 {
		t.Errorf("%d types are late, want 2", got)
	}
	if late := document(t, fleet, "").Accounts[0].Sources[0].Late; len(late) != 2 || late[0].Type != nil || late[0].Newest != nil || late[0].WithinSeconds != 172800 {
		t.Errorf("late in JSON: %+v", late)
	}
}

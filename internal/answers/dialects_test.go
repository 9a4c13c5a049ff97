package answers

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// promises are the requirements on metrics, log and messages for what a
// provider sends, and the tests that check them end to end.
func promises() map[string][]string {
	return map[string][]string{
		"01 an error of a report is no success":          {"TestKrakenReportErrorIsNoSuccess", "TestKrakenDeletedBeforeItWasReadyIsCancelled"},
		"02 a moment belongs to a status":                {"TestKrakenEndOfAnUnfinishedReportIsNoCompletion", "TestEndOfAnUnfinishedReportIsNoCompletion"},
		"03 a moment is read in every spelling":          {"TestKrakenMomentsInEverySpelling", "TestFuturesMomentsInEverySpelling", "TestMomentsInEverySpelling"},
		"03 what cannot be read is counted and told":     {"TestKrakenUnreadableMomentIsCounted", "TestUnreadableValuesAreCounted", "TestExpiryInEverySpelling", "TestNumbersInEverySpelling"},
		"04 a key is read in both spellings":             {"TestKrakenKeyInBothSpellings"},
		"05 types are compared without case":             {"TestTypesAreComparedWithoutCase"},
		"06 what an export lacks is shown":               {"TestFailedDownloadsAreShown"},
		"07 a gateway's refusal is not the API's":        {"TestAGatewaysPageIsNotTheAPIs", "TestAMaintenancePageAdvisesToWait", "TestAGatewayIsNotAskedAgainAtOnce", "TestAPageIsNoAnswerAboutAReport"},
		"08 a proxy's refusal is told":                   {"TestAProxysRefusalIsTold", "TestAProxyThatIsNotThereIsTold", "TestASocksProxysRefusalIsSaid"},
		"09 an error's word is shown":                    {"TestKrakenWordsAreShown", "TestKrakenWordThatIsASecretIsNotShown", "TestWordsAreShown", "TestAWordThatIsASecretIsNotShown"},
		"10 an inactive account is no bad key":           {"TestFuturesInactiveAccountIsNoBadKey"},
		"11 advice is the provider's own":                {"TestAdviceIsTheProvidersOwn"},
		"12 a reason is told once":                       {"TestAReasonIsToldOnce"},
		"13 the retry for a nonce is its own":            {"TestKrakenNonceRetryIsItsOwn"},
		"14 the longest hint wins":                       {"TestTheLongestHintWins", "TestHintsOfTheAPIsOwnHeader"},
		"15 a byte order mark is skipped":                {"TestAByteOrderMarkIsSkipped"},
		"16 a list is one in whatever form it comes":     {"TestKrakenListsThatComeAsObjects", "TestListsThatComeAsObjects"},
		"17 a secret that is none is told":               {"TestSecretsThatAreNoneAreTold"},
		"18 a passphrase is what somebody has chosen":    {"TestPassphraseIsSent", "TestPassphrasesThatAreChosen"},
		"19 a key of another product is told":            {"TestKeysOfAnotherProductAreTold", "TestARefusedKeyNamesTheOtherProduct"},
		"20 nothing is asked that ends":                  {"TestFuturesAsksNothingThatEnds", "TestFuturesRefusalBesideTheStreams", "TestFuturesFailureBesideTheStreamsHoldsItself", "TestFuturesRefusedStreamHoldsAll", "TestFuturesKeyThatMayDoMore"},
		"21 odd answers are understood, or told to be":   {"TestOddAnswers", "TestOddPages"},
		"22 a range is read in whatever form it comes":   {"TestCoinbaseRangesInEveryForm"},
		"23 an error with status 200 is one":             {"TestErrorsWithStatus200"},
		"24 a report that carries an error is in --demo": {"TestDemoShowsAFailedKrakenExport"},
	}
}

// testFiles are those of the program's own packages and of the providers'.
func testFiles() (files []string, err error) {
	for _, pattern := range []string{"../*/*_test.go", "../../provider/*/*_test.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

// TestPromisesHaveTests: the tests of each promise exist.
func TestPromisesHaveTests(t *testing.T) {
	t.Parallel()
	files, err := testFiles()
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	there := make(map[string]bool)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range parsed.Decls {
			if function, ok := each.(*ast.FuncDecl); ok && function.Recv == nil {
				there[function.Name.Name] = true
			}
		}
	}
	for promise, tests := range promises() {
		for _, name := range tests {
			if !there[name] {
				t.Errorf("%s: there is no %s", promise, name)
			}
		}
	}
}

// dialect is the form in which one provider sends its answers.
type dialect struct {
	provider sandbox.Provider
	source   string
	settings []string
	// list returns an answer with reports, and report one of them.
	list   func(reports string) string
	report func(id, status string, fields string) string
	// refuse returns the body of an error with a text.
	refuse func(text string) string
	// The provider's own words and names.
	ready, unfinished, created, completed string
	// account is the account's name if it is not "main".
	account string
}

// dialects are the providers that have jobs.
func dialects() []dialect {
	fields := func(id, status, more string) string {
		return fmt.Sprintf(`{"id":%q,"status":%q%s}`, id, status, more)
	}
	return []dialect{
		{
			provider: sandbox.Kraken, source: "trades", settings: []string{"reports: [trades]"},
			list:   func(reports string) string { return `{"error":[],"result":` + reports + `}` },
			report: fields, refuse: func(text string) string { return `{"error":[` + text + `]}` },
			ready: "Processed", unfinished: "Processing", created: "createdtm", completed: "completedtm",
		},
		{
			provider: sandbox.CoinbaseExchange, source: "reports",
			list:   func(reports string) string { return reports },
			report: fields, refuse: func(text string) string { return `{"message":` + text + `}` },
			ready: "ready", unfinished: "creating", created: "created_at", completed: "completed_at",
		},
		{
			provider: sandbox.OnlyFansAPI, source: "data_exports",
			list:   func(reports string) string { return `{"data":` + reports + `,"_meta":{}}` },
			report: fields, refuse: func(text string) string { return `{"message":` + text + `}` },
			ready: "completed", unfinished: "in_progress", created: "created_at", completed: "completed_at",
		},
	}
}

// allDialects are those of every provider in code. Some, like Kraken Futures,
// can only send lists and refusals.
func allDialects() []dialect {
	return append(dialects(), dialect{
		provider: sandbox.KrakenFutures, source: "account_log",
		list:   func(rows string) string { return `{"logs":` + rows + `}` },
		refuse: func(text string) string { return `{"result":"error","error":` + text + `}` },
	})
}

// dialectOf is the dialect of one provider.
func dialectOf(p sandbox.Provider) *dialect {
	all := allDialects()
	return &all[slices.IndexFunc(all, func(d dialect) bool { return d.provider == p })]
}

// rig is the program watching one source of one account of the provider.
func (d *dialect) rig(t *testing.T, settings ...string) (*rig.Rig, *sandbox.Account) {
	t.Helper()
	r := rig.New(t)
	a := d.add(r, "main")
	r.Write("accounts:", r.Account(a, append(d.settings, settings...)...))
	r.Start()
	return r, a
}

// add adds an account of the provider to the sandbox.
func (d *dialect) add(r *rig.Rig, name string) *sandbox.Account {
	a := r.Sandbox.AddAccount(d.provider, name)
	a.SetLimit(0)
	if d.provider == sandbox.KrakenFutures {
		a.SetReports([]sandbox.Report{{Type: "account_log", Created: r.Clock.Now()}})
	}
	return a
}

// speaker is an account and the form in which its provider answers.
type speaker struct {
	dialect
	*sandbox.Account
}

// rigOfAll is the program watching one source of an account of each provider in
// code.
func rigOfAll(t *testing.T) (*rig.Rig, []speaker) {
	t.Helper()
	r := rig.New(t)
	var all []speaker
	lines := []string{"accounts:"}
	for _, d := range allDialects() {
		d.account = "of-" + string(d.provider)
		a := d.add(r, d.account)
		lines = append(lines, r.Account(a, d.settings...))
		all = append(all, speaker{d, a})
	}
	r.Write(lines...)
	r.Start()
	return r, all
}

// of returns the key of a sample of the source, with labels before and after
// its own.
func (d *dialect) of(name, before, after string) string {
	return fmt.Sprintf(`%s{account=%q,%sprovider=%q,%ssource=%q`, name, cmp.Or(d.account, "main"), before, d.provider, after, d.source)
}

// ofReport returns the key of a sample of a report without more labels.
func (d *dialect) ofReport(name, id string) string {
	return d.of(name, "", fmt.Sprintf("report_id=%q,", id)) + "}"
}

// serve makes the provider answer with reports.
func (d *dialect) serve(a *sandbox.Account, reports ...string) {
	a.SetFault(rig.Serves(http.StatusOK, d.list("["+strings.Join(reports, ",")+"]")))
}

// status returns the status of the only report.
func (d *dialect) status(t *testing.T, got rig.Samples, id string) string {
	t.Helper()
	found := ""
	for _, status := range []string{"queued", "processing", "awaiting_start", "ready", "failed", "cancelled", "expired", "unknown"} {
		if got[d.of("export_status", "", fmt.Sprintf("report_id=%q,", id))+`,status="`+status+`"}`] == 1 {
			found += status
		}
	}
	return found
}

package answers

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"export_status_exporter/internal/rig"
)

// TestLogLineIsAsDocumented compares the line that docs/operations.md shows with
// the one that the program writes for a refused key.
func TestLogLineIsAsDocumented(t *testing.T) {
	t.Parallel()
	r, treasury := krakenRig(t)
	treasury.SetFault(rig.Serves(http.StatusOK, `{"error":["EAPI:Invalid key"]}`))
	r.Scrape()
	docs, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin = "level=warn provider=kraken account=treasury source=trades "
	var got, want string
	for line := range strings.Lines(r.Log.String()) {
		if _, rest, found := strings.Cut(line, begin); found {
			got = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(begin+rest, "api.kraken.com")
		}
	}
	for line := range strings.Lines(string(docs)) {
		if strings.HasPrefix(line, begin) {
			want = line
		}
	}
	if got == "" || got != want {
		t.Errorf("the program writes\n%s\ndocs/operations.md shows\n%s", got, want)
	}
}

package apiclient

import (
	"fmt"
	"net/http"
	"strings"

	"export_status_exporter/provider"
)

// maxHeaders is how many headers an answer may have. As long as its body is read, tiny
// ones take fifteen times their size in memory.
const maxHeaders = 200

// checkHeader returns the failure for an answer whose body is not read, else nil.
func checkHeader(answer *http.Response) error {
	count := 0
	for _, values := range answer.Header {
		count += len(values)
	}
	var what string
	switch {
	case answer.StatusCode < http.StatusOK:
		// A status for another protocol, such as 101: the body is the bare connection,
		// which never ends.
		what = strings.TrimSpace(fmt.Sprintf("HTTP %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))) + ", which does not answer the request"
	case count > maxHeaders:
		what = fmt.Sprintf("an answer with more than %d headers", maxHeaders)
	default:
		return nil
	}
	return &provider.Error{Reason: provider.ReasonMalformed, Detail: what, Advice: notTheAPI}
}

package apiclient

import (
	"regexp"
	"strings"

	"export_status_exporter/provider"
)

// maxCodeBytes is the maximum length of an error word that is shown.
const maxCodeBytes = 40

// The forms of a code; see Response.Code.
var (
	identifier  = regexp.MustCompile(`^[A-Za-z]+(_[A-Za-z]+)*$`)
	categorized = regexp.MustCompile(`^[EW][A-Za-z]{1,39}:[A-Za-z ]{1,40}$`)
)

// Code returns an error word in quotes if it has the form of a code. A code is an
// identifier of at most 40 letters whose parts may be joined by "_", or a category and
// a message such as "EQuota:Used up" or, for a warning, "WQuota:Nearly used up". Texts
// for people have other forms, so they are not shown. A text that contains one of the account's secrets, or
// is part of one, is never shown.
func (r *Response) Code(word string) (quoted string, ok bool) {
	word = strings.TrimSpace(word)
	if !isCode(word) || r.api.Secret != nil && r.api.Secret(word) {
		return "", false
	}
	return `"` + word + `"`, true
}

// isCode reports whether a word is an identifier, or a category and a message.
func isCode(word string) bool {
	return len(word) <= maxCodeBytes && identifier.MatchString(word) || categorized.MatchString(word)
}

// UnlistedError returns the failure for error words that are not in the API's
// catalogue. It shows the first one in the form of a code.
func (r *Response) UnlistedError(words ...string) *provider.Error {
	if quoted, ok := r.firstCode(words); ok {
		return &provider.Error{
			Reason: provider.ReasonUnknown, Detail: "the API answers " + quoted + ", which the exporter does not know", Advice: lookUp,
		}
	}
	detail := "the API answers an error that the exporter does not know; " + withheld
	if len(words) == 0 {
		detail = "the API says that the call failed, and not why"
	}
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: detail, Advice: askByHand}
}

// Texts for an error that is not in the catalogue.
const (
	withheld  = "its text is withheld, because it may contain personal data"
	lookUp    = "look up the error in the provider's documentation, and report it to the exporter's maintainers"
	askByHand = "send the same call by hand to read the error's text"
)

// firstCode returns the first of the words in the form of a code.
func (r *Response) firstCode(words []string) (quoted string, ok bool) {
	for _, word := range words {
		if quoted, ok := r.Code(word); ok {
			return quoted, true
		}
	}
	return "", false
}

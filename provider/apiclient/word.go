package apiclient

import (
	"strings"

	"export_status_exporter/provider"
)

// maxCodeBytes bounds an error word that is shown.
const maxCodeBytes = 40

// Code returns an error word of an answer in quotes if it has the form of a
// code, and false otherwise. A code is an identifier of at most 40 letters,
// whose parts may be joined by "_", or a category and a message such as
// "EGeneral:Internal error". It holds nothing personal. A text that contains a
// secret of the account, or is part of one, is never shown.
func (r *Response) Code(word string) (quoted string, ok bool) {
	word = strings.TrimSpace(word)
	if !isIdentifier(word) && !isCategorized(word) || r.api.Secret != nil && r.api.Secret(word) {
		return "", false
	}
	return `"` + word + `"`, true
}

// isIdentifier reports whether a word consists of letters, and of single
// joints between them.
func isIdentifier(word string) bool {
	if word == "" || len(word) > maxCodeBytes {
		return false
	}
	joint := true // as if one came before: the first must be a letter
	for _, c := range []byte(word) {
		isJoint := c == '_'
		if isJoint && joint || !isJoint && !isLetter(c) {
			return false
		}
		joint = isJoint
	}
	return !joint
}

// isCategorized reports whether a word has the form E[A-Za-z]+:[A-Za-z ]{1,40}.
func isCategorized(word string) bool {
	category, message, ok := strings.Cut(word, ":")
	if !ok || len(category) < 2 || len(category) > maxCodeBytes || category[0] != 'E' || message == "" || len(message) > maxCodeBytes {
		return false
	}
	for _, c := range []byte(category + message) {
		if !isLetter(c) && c != ' ' {
			return false
		}
	}
	return !strings.Contains(category, " ")
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// UnlistedError is the failure that an error word means which the API's
// catalogue lacks. The word is shown if it has the form of a code.
func (r *Response) UnlistedError(word string) *provider.Error {
	if quoted, ok := r.Code(word); ok {
		return &provider.Error{
			Reason: provider.ReasonUnknown, Detail: "the API answers " + quoted + ", which the exporter does not know",
			Advice: "look the error up in the provider's documentation, and report it to the exporter",
		}
	}
	return &provider.Error{
		Reason: provider.ReasonUnknown, Detail: "the API answers an error that the exporter does not know; its text is withheld, since it may hold personal data",
		Advice: "send the same call by hand to read the error's text",
	}
}

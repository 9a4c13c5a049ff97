package main

import (
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/internal/docs/markdown"
)

// choices and branches match template actions that choose between texts, and actions
// matches all actions.
var (
	branches = regexp.MustCompile(`(?s)\{\{-? *(?:else|end)\b.*?\}\}`)
	choices  = regexp.MustCompile(`(?s)\{\{-? *(?:if|with|range)\b.*?\}\}`)
	actions  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
)

// plain returns the text of a template. A branch that ends with a period is a sentence,
// and a value counts as one word.
func plain(template string) string {
	template = regexp.MustCompile(`([.!?])\s*`+branches.String()).ReplaceAllString(template, "$1\n\n")
	template = branches.ReplaceAllString(template, "")
	return actions.ReplaceAllString(choices.ReplaceAllString(template, ""), "x")
}

// mostWords is the maximum length of a sentence.
const mostWords = 30

// mannered lists phrases that were hard to read and must not be used again.
var mannered = []string{
	"shows the state of data exports requested from",
	"how old, how far, until when, at what cost",
	"may only rise",
	"breaks the other for good",
	"or stands there",
	"is fresh, `export_source_up`",
	"who hears of what",
	"which alert mutes which",
	"did not change keep what they have",
	"are read again without it",
	"ask the exporter that listens on",
	"less counts as reached",
	"lets one more try through",
	"it did so, or was requested",
	"asked at most every",
	"held back",
	"nothing is asked before",
	"the other door",
	"the exporter's door",
	"the naive one's time",
	"least severe",
	"ends it without a word",
	"can fire it",
}

// TestProseReadsAtOnce checks the sentences of all pages and alerts: none may be longer
// than mostWords or contain a mannered phrase.
func TestProseReadsAtOnce(t *testing.T) {
	for _, name := range pages(t) {
		text := read(t, name)
		if name == "CHANGELOG.md" { // released sections do not change
			text = unreleased(t, text)
		}
		prose(t, name, text)
	}
	prose(t, "NOTES.txt of the chart", plain(read(t, "examples/kubernetes/chart/templates/NOTES.txt")))
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "examples/alerts.yml")), &rules); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			for _, name := range []string{"summary", "description"} {
				if text := rule.Annotations[name]; text != "" {
					checked++
					prose(t, rule.Alert+"'s "+name, plain(text))
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d annotations of alerts were read", checked)
	}
}

// prose checks one text.
func prose(t *testing.T, name, text string) {
	t.Helper()
	for _, sentence := range markdown.Parse(text).Sentences() {
		if sentence.Words > mostWords {
			t.Errorf("%s:%d: %d words, want at most %d: %s", name, sentence.Line, sentence.Words, mostWords, sentence.Text)
		}
		for _, phrase := range mannered {
			if strings.Contains(strings.ToLower(sentence.Text), phrase) {
				t.Errorf("%s:%d: %q in: %s", name, sentence.Line, phrase, sentence.Text)
			}
		}
	}
}

// unreleased returns the part of the changelog above the newest release or, if a
// release is at the top, that release.
func unreleased(t *testing.T, text string) string {
	t.Helper()
	_, text, found := strings.Cut(text, "\n## ")
	if !found {
		t.Fatal("the change log has no section")
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

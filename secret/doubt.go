package secret

import (
	"regexp"
	"strings"
)

// form is a pattern of texts that are probably not secrets, with advice what to
// write instead.
type form struct {
	looks  *regexp.Regexp
	advice string
}

const (
	expand  = "is a reference that nobody expands here; name the variable by *_env, or the file by *_file"
	sample  = "is a placeholder; write the value itself"
	quoted  = "stands in quotes that are part of it; write it without them"
	named   = "names a setting before the value; write the value alone"
	wrapped = "is a document with the value in it; write the value alone"
)

// forms are tried in this order. No key of a supported provider matches one. A
// passphrase may, because a person chooses it.
var forms = []form{
	{regexp.MustCompile(`^ENC\[|^\$ANSIBLE_VAULT|^age-encryption\.org|^-----BEGIN PGP|^vault:v[0-9]+:`), "is still encrypted; decrypt it before the exporter reads it"},
	{regexp.MustCompile(`^-----BEGIN `), "is a PEM block, as Coinbase's CDP and Advanced Trade keys are; this setting takes the value of an API key, so make a key of the product that this block is named after"},
	{regexp.MustCompile(`(?s)^\{.*"privateKey"\s*:`), "is the file of a Coinbase CDP key; the Coinbase Exchange API does not take it: make a key in the settings of Coinbase Exchange"},
	{cdp, "is the name of a Coinbase CDP key, for Advanced Trade; the Coinbase Exchange API does not take it: make a key in the settings of Coinbase Exchange"},
	{regexp.MustCompile(`^(?i:(proxy-)?authorization|x-api-key|api-sign|cb-access-[a-z]+)\s*:`), "is a whole header; write its value alone"},
	{regexp.MustCompile(`^(?i:bearer|basic|token)\s+\S`), "begins with the scheme of a header; write what follows it"},
	{regexp.MustCompile("^(\"[^\"]*\"|'[^']*'|`[^`]*`|[“”„‟«»].*[“”‟«»]|[‘’‚‛‹›].*[‘’‛‹›])$"), quoted},
	{regexp.MustCompile(`^\$\{[^}]*\}|^\$\(.*\)|^\$[A-Za-z_][A-Za-z0-9_]*$|^\$env:|^%[A-Za-z_][A-Za-z0-9_]*%$|^\$\{\{`), expand},
	{regexp.MustCompile(`\{\{.*\}\}|\{%.*%\}|<%.*%>|^#\{.*\}$|^@[A-Za-z_]+@$|^__[A-Za-z_]+__$`), expand},
	{regexp.MustCompile(`\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z]`), expand},
	{regexp.MustCompile(`^(?i:env|file|secret|vault|ssm|op|awssm|gcpsm|sops|kms|ref\+[a-z]+|aws-sm|keyvault)://?\S|^(?i:env|file|vault|ssm|kms)[:.][A-Za-z_/]|^arn:aws|^projects/[^/]+/secrets/|^!(?i:vault|env|secret|ref)\b`), expand},
	{regexp.MustCompile(`^(?i:(export|set|setenv|let|const|var)\s+)[A-Za-z_][A-Za-z0-9_]*\s*[= ]\s*\S`), named},
	{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*\s*:?=\s*[^=\s]`), named},
	{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*\s*:\s+\S`), named},
	{regexp.MustCompile(`^(?i:[a-z_-]*(key|secret|token|passphrase|password))\s*:\s*\S`), named},
	{regexp.MustCompile(`^["'“”„«‘’‚‹]|["'“”«»‘’›]$`), "begins or ends with a quotation mark; write it without them"},
	{regexp.MustCompile(`(?s)^\{.*\}$|(?s)^\[.*\]$`), wrapped},
	{regexp.MustCompile(`^<.*>$|^\(.*\)$|^‹.*›$`), sample},
	{regexp.MustCompile(`^(/|\./|\.\./|~/|[A-Za-z]:\\)\S*(secret|key|token|pass|\.txt|\.pem|run/)\S*$`), "is a path; name the file by *_file"},
	{regexp.MustCompile(`^(?i:[*•x.#?_-]{3,}|x+[-_]?(x+[-_]?)*|\.{2,}|…+)$`), sample},
	{regexp.MustCompile(`^(?i:(put|paste|insert|enter|replace|fill|add|change|set)[-_ ]?(me|this|it|with|in|your|the|here|api|key|token|secret|value).*)$`), sample},
	{regexp.MustCompile(`^(?i:(your|my|the|some|an?|dummy|sample|example|fake|test|demo|placeholder)[-_ ]+([a-z]+[-_ ]+)*(api|key|token|secret|passphrase|password|value|here)([-_ ]+[a-z]+)*)$`), sample},
	{regexp.MustCompile(`^(?i:.*[-_ ](goes[-_ ])?here)$`), sample},
	{regexp.MustCompile(`^(?i:api|apikey|api[-_]?key|api[-_]?secret|secret|key|token|passphrase|password|passwd|pass|value|string|text|todo|tbd|fixme|dummy|sample|example|placeholder|changeit|none|null|nil|undefined|n/?a|empty|unset|redacted|removed|masked|hidden|foo|bar|foobar|test|true|false)$`), sample},
}

// cdp matches the name of a key of Coinbase's developer platform.
var cdp = regexp.MustCompile(`^organizations/[^/]+/apiKeys/`)

// Doubt returns why a value is probably not the intended secret, and what to write
// instead. It returns an empty string if there is no doubt, and never a part of
// the value.
func Doubt(s Secret) string {
	value := strings.TrimSpace(s.Reveal())
	for _, each := range forms {
		if each.looks.MatchString(value) {
			return each.advice
		}
	}
	return ""
}

package definition

import (
	"os"
	"path/filepath"
	"testing"
)

// shipped returns all definitions from the program, the examples and the test data, by
// name.
func shipped(t *testing.T) map[string]*Definition {
	t.Helper()
	all := make(map[string]*Definition)
	for _, pattern := range []string{"presets/*.yml", "../../examples/apis/*.yml", "testdata/*.yml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			loaded, problems := Parse(content)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", name, problems)
			}
			for api, d := range loaded {
				all[api] = d
			}
		}
	}
	return all
}

// TestEveryKindIsUsed lists all features of the grammar and fails for those that no
// preset, example or test data uses.
func TestEveryKindIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, d := range shipped(t) {
		used["auth "+d.Auth.Kind] = true
		used["grant "+d.Auth.Grant] = true
		used["client_auth basic"] = used["client_auth basic"] || d.Auth.basicClient
		used["token_path"] = used["token_path"] || d.Auth.tokenPath != ""
		used["token_url"] = used["token_url"] || d.Auth.tokenURL != ""
		used["oauth2 params"] = used["oauth2 params"] || len(d.Auth.params) > 0
		used["oauth2 claims"] = used["oauth2 claims"] || len(d.Auth.claims) > 0
		used["oauth2 header"] = used["oauth2 header"] || d.Auth.Kind == authOAuth2 && d.Auth.Header != ""
		used["api_key prefix"] = used["api_key prefix"] || d.Auth.Prefix != ""
		used["headers"] = used["headers"] || len(d.headers) > 0
		used["no url"] = used["no url"] || d.URL == ""
		used["refresh_interval"] = used["refresh_interval"] || d.RefreshInterval > 0
		if f := d.failIf; f != nil {
			used["fail_if unless"] = used["fail_if unless"] || f.named
			used["fail_if present"] = used["fail_if present"] || !f.named
			used["fail_if reasons"] = used["fail_if reasons"] || len(f.reasons) > 0
		}
		for _, s := range d.Sources {
			noteSource(used, s)
		}
	}
	for _, kind := range []string{
		"auth " + authNone, "auth " + authBearer, "auth " + authBasic, "auth " + authAPIKey, "auth " + authOAuth2,
		"grant " + grantClient, "grant " + grantRefresh, "grant " + grantJWT,
		"client_auth basic", "token_path", "token_url", "oauth2 params", "oauth2 claims", "oauth2 header", "api_key prefix",
		"headers", "no url", "refresh_interval", "fail_if unless", "fail_if present", "fail_if reasons",
		"next " + nextCursor, "next " + nextLast, "next " + nextURL, "next " + nextOffset, "next " + nextPage, "next first",
		"next while", "next alone", "next newest_first",
		"status word", "status " + condPresent, "status " + condAbsent, "status " + condIs, "status " + condHTTP, "status ignored",
		"after_list " + detailNever, "after_list " + detailUnfinished, "after_list " + detailAll,
		"items", "items_optional", "several paths", "a literal", "post body", "graphql", "variables", "quota",
	} {
		if !used[kind] {
			t.Errorf("%s: no preset, no example and no test data uses it", kind)
		}
	}
}

// noteSource records the features that a source uses.
func noteSource(used map[string]bool, s *Source) {
	if n := s.next; n != nil {
		used["next "+n.kind] = true
		used["next first"] = used["next first"] || n.kind == nextPage && n.first != 1
		used["next while"] = used["next while"] || len(n.while) > 0
		used["next alone"] = used["next alone"] || n.alone
		used["next newest_first"] = used["next newest_first"] || n.newestFirst
	}
	r := &s.report
	used["status word"] = used["status word"] || len(r.status) > 0
	used["status ignored"] = used["status ignored"] || len(r.ignored) > 0
	for i := range r.conditions {
		used["status "+r.conditions[i].kind] = true
	}
	if s.list != nil && s.get != nil {
		used["after_list "+s.afterList] = true
	}
	all := []paths{r.id, r.kind, r.format, r.status}
	for i := range r.fields {
		all = append(all, r.fields[i].paths)
	}
	for _, ps := range all {
		used["several paths"] = used["several paths"] || len(ps) > 1
		for i := range ps {
			used["a literal"] = used["a literal"] || ps[i].literal != nil
		}
	}
	for _, c := range []*call{s.list, s.get} {
		if c != nil {
			used["items"] = used["items"] || c.items.String() != "."
			used["items_optional"] = used["items_optional"] || c.itemsOptional
			used["post body"] = used["post body"] || len(c.body) > 0
			used["graphql"] = used["graphql"] || c.graphql != ""
			used["variables"] = used["variables"] || len(c.variables) > 0
			used["quota"] = used["quota"] || len(c.quota) > 0
		}
	}
}

package config_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"export_status_exporter/config"
)

// account is a valid account with additional settings.
func account(i int, more string) string {
	return fmt.Sprintf("  - {name: a%d, onlyfansapi: {token: token-number-%d%s}}\n", i, i, more)
}

// repeated is a text n times, with its number in it.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "N", fmt.Sprint(i)))
	}
	return b.String()
}

// shapes are files that grow with a number, in each way that lets a small file
// expand to much.
func shapes() map[string]func(n int) string {
	const head = "accounts:\n"
	return map[string]func(n int) string{
		"report ids":  func(n int) string { return head + account(0, ", export_ids: ["+repeated(n, "idN,")+"]") },
		"types":       func(n int) string { return head + account(0, ", types: ["+repeated(n, "tN,")+"]") },
		"the same id": func(n int) string { return head + account(0, ", export_ids: ["+repeated(n, "id,")+"]") },
		"reports":     func(n int) string { return head + "  - {name: a, kraken: {reports: [" + repeated(n, "tN,") + "]}}\n" },
		"streams": func(n int) string {
			return head + "  - {name: a, kraken_futures: {streams: [" + repeated(n, "tN,") + "]}}\n"
		},
		"unknown keys":       func(n int) string { return repeated(n, "keyN: 1\n") },
		"one key":            func(n int) string { return repeated(n, "timeout: 1s\n") },
		"accounts of no use": func(n int) string { return head + repeated(min(n, config.MaxAccounts), "  - {}\n") },
		"merge keys":         func(n int) string { return "x: &x {a: 1}\n" + head + "  - {" + repeated(n, "<<: *x,") + "}\n" },
		"a list of merges":   func(n int) string { return "x: &x {a: 1}\n" + head + "  - {<<: [" + repeated(n, "*x,") + "]}\n" },
		"a merge of many keys": func(n int) string {
			return "x: &x {" + repeated(n, "kN: 1,") + "}\n" + head + repeated(100, "  - {<<: *x}\n")
		},
		"merges of many keys": func(n int) string {
			return "x: &x {" + repeated(n, "kN: 1,") + "}\n" + head + "  - {<<: [" + repeated(n, "*x,") + "]}\n"
		},
		"accounts by alias": func(n int) string {
			return "x: &x {" + repeated(n, "kN: 1,") + "}\n" + head + repeated(min(n, config.MaxAccounts), "  - *x\n")
		},
		"blocks by alias": func(n int) string {
			return "x: &x {" + repeated(n, "kN: 1,") + "}\n" + head + repeated(min(n, config.MaxAccounts), "  - {name: aN, kraken: *x}\n")
		},
		"lists by alias": func(n int) string {
			return "x: &x [" + repeated(200, "tN,") + "]\n" + head + repeated(min(n, config.MaxAccounts), "  - {name: aN, onlyfansapi: {token: token-number-N, types: *x}}\n")
		},
		"numbers by alias": func(n int) string {
			return "x: &x [" + repeated(n, "N,") + "]\n" + head + repeated(min(n, config.MaxAccounts), "  - {name: aN, max_reports: *x}\n")
		},
		"definitions and accounts": func(n int) string {
			return "apis: {" + repeated(n, "dN: {}, ") + "}\n" + head + repeated(n, "  - {name: aN}\n")
		},
		"definitions and unknown blocks": func(n int) string {
			return "apis: {" + repeated(n, "dN: {}, ") + "}\n" + head + repeated(n, "  - {name: aN, unheard: {}}\n")
		},
		"definitions, and a file without any": func(n int) string {
			return "apis: {" + repeated(n, "dN: {}, ") + "}\napi_files: [none.yml]\n" + head + repeated(n, "  - {name: aN, unheard: {}}\n")
		},
		"expectations": func(n int) string {
			return "expect: {types: {" + repeated(n, "tN: {data_within: 1d}, ") + "}}\n" + head
		},
		"expectations by alias": func(n int) string {
			return "expect: &x {types: {" + repeated(256, "tN: {data_within: 1d}, ") + "}}\n" + head + repeated(min(n, config.MaxAccounts), "  - {name: aN, expect: *x}\n")
		},
		"aliases of aliases": func(n int) string {
			return head + "  - &l0 {name: a}\n" + repeated(n, "  - &mN {<<: [*l0,*l0,*l0,*l0]}\n")
		},
		"anchors":            func(n int) string { return repeated(n, "kN: &aN 1\n") },
		"comments":           func(n int) string { return repeated(n, "# N\n") + head },
		"comments between":   func(n int) string { return head + repeated(min(n, config.MaxAccounts), "  # N\n  - {}\n") },
		"flow within flow":   func(n int) string { return head + strings.Repeat("[", min(n, 9000)) },
		"block within block": func(n int) string { return strings.Repeat("- ", min(n, 9000)) },
		"one long key":       func(n int) string { return strings.Repeat("k", 100*n) + ": 1\n" },
		"one long value":     func(n int) string { return "timeout: " + strings.Repeat("9", 100*n) + "\n" },
		"one long secret":    func(n int) string { return head + account(0, strings.Repeat("9", 100*n)) },
		"a long list in a list": func(n int) string {
			return head + "  - {name: a, onlyfansapi: {types: [[" + repeated(n, "N,") + "]]}}\n"
		},
	}
}

// TestLinear: a file of ten times the size allocates at most about twenty times
// as much, and the number of messages is limited.
func TestLinear(t *testing.T) {
	setSecrets(t)
	for name, shape := range shapes() {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) (bytes uint64) {
				text := []byte(shape(n))
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := config.Parse(text, "exporter.yml")
				runtime.ReadMemStats(&after)
				if err != nil && len(err.Error()) > 64<<10 {
					t.Errorf("%d: %d bytes are told", n, len(err.Error()))
				}
				return after.TotalAlloc - before.TotalAlloc
			}
			small, large := cost(200), cost(2000)
			// Expanded aliases have a limit of their own, which a small file
			// may not reach.
			if large > 20*small+20<<20 {
				t.Errorf("%d bytes for the small file, %d for one ten times as large", small, large)
			}
			t.Logf("%d MiB, %d MiB", small>>20, large>>20)
		})
	}
}

// TestProblemsAreBounded: the first hundred problems are listed, with the
// number of the others.
func TestProblemsAreBounded(t *testing.T) {
	for n, more := range map[int]int{99: 0, 100: 0, 101: 1, 5000: 4900} {
		_, err := config.Parse([]byte(repeated(n, "keyN: 1\n")+"accounts: [{name: a, onlyfansapi: {token: good-token-of-mine}}]\n"), "exporter.yml")
		var wrong *config.Error
		if !errors.As(err, &wrong) || len(wrong.Problems) != n-more || wrong.More != more {
			t.Fatalf("%d: %v", n, err)
		}
		if told := strings.HasSuffix(err.Error(), fmt.Sprintf("\nexporter.yml: and %d more problems", more)); told != (more > 0) {
			t.Errorf("%d: told %s", n, err.Error()[len(err.Error())-60:])
		}
	}
}

// TestWarningsAreBounded: the same goes for warnings.
func TestWarningsAreBounded(t *testing.T) {
	text := "accounts:\n"
	for i := range 150 {
		text += account(i, ", types: [unheard-of]")
	}
	c := valid(t, text)
	if len(c.Warnings) != 101 || c.Warnings[100].Text != "and 50 more warnings" {
		t.Errorf("%d warnings, the last %q", len(c.Warnings), c.Warnings[len(c.Warnings)-1])
	}
}

// TestInlineSecretsAreBounded: inline secrets have the same maximum size as
// files.
func TestInlineSecretsAreBounded(t *testing.T) {
	t.Setenv("TOKEN", strings.Repeat("k", 16<<10+1))
	for _, block := range []string{"token: " + strings.Repeat("k", 16<<10+1), "token_env: TOKEN"} {
		if got := texts(problems(t, "accounts:\n  - {name: a, onlyfansapi: {"+block+"}}\n")); !strings.HasSuffix(got, " is larger than 16384 bytes\n") || len(got) > 200 {
			t.Errorf("%.20s: %.300s", block, got)
		}
	}
	valid(t, "accounts:\n  - {name: a, onlyfansapi: {token: "+strings.Repeat("k", 16<<10)+"}}\n")
}

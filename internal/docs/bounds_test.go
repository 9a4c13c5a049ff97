package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bound is a row of the table of limits in docs/operations.md, and the constant that it
// describes, with its value in the source.
type bound struct{ what, told, file, constant, value string }

func bounds() []bound {
	return []bound{
		{"body, uncompressed and as sent, without the sizes of chunks", "8 MiB each", "provider/apiclient/body.go", "MaxBodyBytes", "8 << 20"},
		{"memory of responses in flight and stored exports, all accounts", "half of `GOMEMLIMIT`, else 512 MiB", "internal/fleet/runner.go", "defaultMaxMemory", "512 << 20"},
		{"header", "64 KiB", "internal/fleet/transport.go", "maxResponseHeaderBytes", "64 << 10"},
		{"headers of one response", "200", "provider/apiclient/header.go", "maxHeaders", "200"},
		{"pages of a list, Coinbase", "100, of 100 exports each", "provider/coinbase/fetch.go", "maxPages", "100"},
		{"pages of a list, OnlyFansAPI", "50, of 100 exports each", "provider/onlyfansapi/fetch.go", "maxPages", "50"},
		{"pages of a list, API definitions", "50", "provider/definition/pages.go", "maxPages", "50"},
		{"details of one refresh, API definitions", "60", "provider/definition/details.go", "maxDetails", "60"},
		{"items of one list, over all its pages", "100000", "provider/list.go", "MaxItems", "100000"},
		{"errors in one response", "the first 20", "provider/apiclient/items.go", "MaxWords", "20"},
		{"one error", "its first 256 bytes", "provider/apiclient/items.go", "MaxWordBytes", "256"},
		{"configured ids", "100 an account", "provider/settings.go", "MaxExplicitIDs", "100"},
		{"export id", "128 bytes", "provider/label.go", "MaxReportIDBytes", "128"},
		{"type", "64 bytes", "provider/label.go", "MaxTypeBytes", "64"},
		{"format", "16 bytes", "provider/label.go", "MaxFormatBytes", "16"},
		{"an unknown status word", "64 bytes", "provider/label.go", "MaxStatusWordBytes", "64"},
		{"types", "32 an account", "provider/label.go", "MaxTypes", "32"},
		{"types of all sources together, unless configured", "64 an account", "provider/label.go", "MaxSourceTypes", "64"},
		{"a hint to wait", "6 h", "provider/apiclient/hints.go", "MaxHint", "6 * time.Hour"},
		{"path parameter, all but API definitions", "64 of `[A-Za-z0-9_-]`", "provider/apiclient/allowlist.go", "maxParamBytes", "64"},
		{"id in a path, API definitions", "512 bytes once escaped, of [these characters](apis.md#list-and-get)", "provider/apiclient/allowlist.go", "MaxEscapedBytes", "512"},
		{"param in a path, API definitions", "512 bytes once escaped, one segment", "provider/apiclient/allowlist.go", "MaxEscapedBytes", "512"},
		{"in flight, all accounts", "256", "internal/app/options.go", "DefaultMaxRefreshes", "256"},
		{"in flight, one provider's host", "100", "internal/app/options.go", "DefaultMaxRefreshesPerHost", "100"},
		{"connecting, and the handshake with a SOCKS5 proxy", "10 s", "internal/fleet/transport.go", "dialTimeout", "10 * time.Second"},
		{"TLS handshake", "10 s", "internal/fleet/transport.go", "tlsHandshakeTimeout", "10 * time.Second"},
		{"what a server sends in the TLS handshake, except through an `https://` proxy", "32 KiB", "internal/fleet/handshake.go", "maxHandshakeBytes", "32 << 10"},
		{"what a server sends besides responses, such as pings", "1 MiB, and 2 MiB for each response", "provider/apiclient/http2.go", "UnaskedBytes", "1 << 20"},
		{"names, extensions and the like in the certificates of a server", "1000", "internal/fleet/handshake.go", "maxCertificateParts", "1000"},
		{"silence on an HTTP/2 connection before a ping", "30 s", "provider/apiclient/http2.go", "pingAfter", "30 * time.Second"},
		{"answer to that ping", "5 s", "provider/apiclient/http2.go", "pingTimeout", "5 * time.Second"},
		{"time in which an HTTP/2 server reads nothing that is sent to it", "10 s", "provider/apiclient/http2.go", "writeTimeout", "10 * time.Second"},
		{"received ahead of the reader, one answer over HTTP/2", "256 KiB", "provider/apiclient/http2.go", "maxBufferPerStream", "256 << 10"},
		{"memory for one HTTP/2 frame of a provider", "16 KiB", "provider/apiclient/http2.go", "maxFrameBytes", "16 << 10"},
		{"names that one pattern of `api_files` may be compared with", "100000", "internal/files/glob.go", "maxNames", "100000"},
		{"the configuration at `/config`", "about 2 MiB", "config/masked.go", "maxMaskedBytes", "2 << 20"},
		{"idle connections to one host", "as many as refreshes in flight there, 5 min", "internal/fleet/transport.go", "idleConnTimeout", "5 * time.Minute"},
		{"file", "8 MiB", "config/load.go", "maxFileBytes", "8 << 20"},
		{"accounts", "10000", "config/load.go", "MaxAccounts", "10000"},
		{"shards", "10000", "internal/fleet/shard.go", "maxShards", "10000"},
		{"an address, such as `base_url`", "2048 bytes", "config/config.go", "maxURLBytes", "2048"},
		{"files that `api_files` matches", "256", "config/apis.go", "maxAPIFiles", "256"},
		{"one of these files", "1 MiB", "config/apis.go", "maxAPIFileBytes", "1 << 20"},
		{"values under `apis` of one file, aliases followed", "20000", "provider/definition/load.go", "maxNodes", "20000"},
		{"one definition", "256 KiB", "provider/definition/load.go", "maxText", "256 << 10"},
		{"queued lines", "16384", "internal/app/logqueue.go", "maxQueuedLines", "16384"},
		{"queued bytes", "4 MiB", "internal/app/logqueue.go", "maxQueuedBytes", "4 << 20"},
		{"lines about failed connections of clients", "10 a second", "internal/app/serverlog.go", "maxServerLines", "10"},
		{"such a line", "256 bytes", "internal/app/serverlog.go", "maxServerLineBytes", "256"},
		{"time to write the rest of the log at shutdown", "5 s", "internal/cli/shutdown.go", "grace", "5 * time.Second"},
		{"pages at once", "4", "internal/app/lanes.go", "pageSlots", "4"},
		{"`/metrics/exporter` and `/sd` at once", "16", "internal/app/lanes.go", "processSlots", "16"},
		{"`/-/healthy` and `/-/ready` at once", "16", "internal/app/lanes.go", "healthSlots", "16"},
		{"connections at once", "250, or twice `--web.max-requests` if that is more", "internal/app/connections.go", "maxConnections", "250"},
		{"requests at once on all connections", "250, or twice `--web.max-requests` if that is more", "internal/app/connections.go", "maxInFlight", "250"},
		{"requests at once on one HTTP/2 connection", "8", "internal/app/connections.go", "maxStreams", "8"},
		{"memory for one HTTP/2 frame", "16 KiB", "internal/app/routes.go", "maxReadFrame", "16 << 10"},
		{"unread bodies of one HTTP/2 connection", "64 KiB", "internal/app/routes.go", "maxConnectionUpload", "64 << 10"},
		{"unread body of one HTTP/2 request", "64 KiB", "internal/app/routes.go", "maxStreamUpload", "64<<10 - 1"},
		{"wait for that check", "10 s, or until the deadline of the scrape", "internal/app/entrance.go", "maxPasswordWait", "10 * time.Second"},
		{"right passwords remembered", "64", "internal/app/passwords.go", "maxKnownPasswords", "64"},
		{"time to read an error, a redirect, `/-/healthy` or `401`", "5 s", "internal/app/entrance.go", "smallWriteTimeout", "5 * time.Second"},
		{"time to send a body that the exporter does not read", "500 ms after the response", "internal/app/entrance.go", "bodyGrace", "500 * time.Millisecond"},
		{"sources that `/-/ready` names", "100", "internal/app/routes.go", "maxReadyNames", "100"},
		{"profiles at once", "4", "internal/app/lanes.go", "profileSlots", "4"},
		{"unread responses, scrapes", "64 MiB", "internal/app/lanes.go", "scrapeMemory", "64 << 20"},
		{"unread responses, `/metrics/exporter` and `/sd`", "4 MiB", "internal/app/lanes.go", "processMemory", "4 << 20"},
		{"unread responses, pages", "16 MiB", "internal/app/lanes.go", "pageMemory", "16 << 20"},
		{"unread responses, `/-/...`", "1 MiB", "internal/app/lanes.go", "healthMemory", "1 << 20"},
		{"time to read a response, from its first byte", "30 s", "internal/app/budget.go", "writeTimeout", "30 * time.Second"},
		{"body of a reload", "64 KiB", "internal/app/routes.go", "maxReloadBody", "64 << 10"},
		{"a secret, from anywhere", "16 KiB", "secret/ref.go", "maxBytes", "16 << 10"},
		{"file of certificates or keys", "1 MiB", "config/tls.go", "maxTLSBytes", "1 << 20"},
		{"`--web.config.file`, and each file that it names", "1 MiB", "internal/app/webconfig.go", "maxWebBytes", "1 << 20"},
		{"keys, values, list entries and comments of all files, estimated by their punctuation", "700000", "config/yamlnode/yamlnode.go", "maxNodes", "700000"},
		{"settings, with aliases and merge keys followed", "1000000", "config/yamlnode/yamlnode.go", "maxSettings", "1000000"},
		{"bytes of a text that count as one more setting", "64", "config/yamlnode/yamlnode.go", "bytesPerSetting", "64"},
		{"a text", "256 KiB", "config/yamlnode/yamlnode.go", "maxText", "256 << 10"},
		{"a path in a setting that ends with `_file`", "4 KiB", "config/yamlnode/yamlnode.go", "maxPath", "4 << 10"},
		{"entries of a list", "256", "config/yamlnode/yamlnode.go", "MaxList", "256"},
		{"problems printed", "100", "config/yamlnode/yamlnode.go", "maxTold", "100"},
		{"warnings printed", "100", "config/warnings.go", "maxWarnings", "100"},
		{"reading one file", "5 s", "internal/files/files.go", "Wait", "5 * time.Second"},
		{"waiting for all files of a start or reload", "10 s, without files that take at most 10 ms", "internal/files/patience.go", "LoadWait", "10 * time.Second"},
		{"a scrape's wait for secret files", "1 s", "account/secrets.go", "secretsPatience", "time.Second"},
		{"a connection's wait for `--web.config.file` and its files", "1 s", "internal/app/webfiles.go", "webWait", "time.Second"},
		{"a scrape", "Prometheus' deadline, at most 5 min", "internal/app/deadline.go", "maxScrapeTimeout", "5 * time.Minute"},
		{"what a client sends before its first request, such as a TLS certificate", "32 KiB", "internal/app/listeners.go", "maxFirstBytes", "32 << 10"},
		{"what the kernel keeps of a response that one client has not read", "384 KiB", "internal/app/listeners.go", "sendBuffer", "192 << 10"},
		{"all headers of a request", "8 KiB", "internal/app/routes.go", "maxHeaderBytes", "8 << 10"},
		{"headers of a request", "100", "internal/app/entrance.go", "maxHeaders", "100"},
		{"time to send a request header", "5 s", "internal/app/routes.go", "readHeaderTimeout", "5 * time.Second"},
		{"time to send a request", "10 s", "internal/app/routes.go", "readTimeout", "10 * time.Second"},
		{"idle connection", "3 min", "internal/app/connections.go", "idleTimeout", "3 * time.Minute"},
	}
}

// elsewhere returns the rows that do not depend on a single constant. Other tests check
// them.
func elsewhere() []string {
	return []string{
		"status codes", "redirects",
		"how often", "how long", "in flight, one source", "requests in flight, one Kraken Spot key", "retries",
		"exports listed, one account", "age of finished exports listed", "age of data while a source fails",
		"account name", "configured types", "scrapes at once", "reloads waiting", "request rate",
		"checks at once of passwords that were not right before", "draining at shutdown", "waiting for refreshes at shutdown",
	}
}

// TestBoundsAreDocumented compares each row of the table with its constant.
func TestBoundsAreDocumented(t *testing.T) {
	const file = "docs/operations.md"
	want := elsewhere()
	for _, each := range bounds() {
		want = append(want, each.what)
		if got := constant(t, each.file, each.constant); got != each.value {
			t.Errorf("%s: %s is %s, not %s; %s says %q", each.file, each.constant, got, each.value, file, each.told)
		}
	}
	var got []string
	for _, row := range page(t, file).Section("What are the bounds?").Rows() {
		if strings.HasPrefix(row[0], "**") { // a heading
			continue
		}
		got = append(got, row[0])
		at := slices.IndexFunc(bounds(), func(b bound) bool { return b.what == row[0] })
		if at >= 0 && bounds()[at].told != row[1] {
			t.Errorf("%s: %s is told as %q, not %q", file, row[0], row[1], bounds()[at].told)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-test +%s):\n%s", file, diff)
	}
}

// constant returns the value of a constant as written in the source.
func constant(t *testing.T, file, name string) string {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, filepath.Join(top(t), filepath.FromSlash(file)), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range parsed.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, each := range group.Specs {
			spec, ok := each.(*ast.ValueSpec)
			if !ok || spec.Names[0].Name != name || len(spec.Values) != 1 {
				continue
			}
			var b bytes.Buffer
			if err := printer.Fprint(&b, set, spec.Values[0]); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Errorf("%s has no constant %s", file, name)
	return ""
}

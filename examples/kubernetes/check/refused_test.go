package check

import (
	"strings"
	"testing"
)

func account(block string) string {
	return "config: {accounts: [{name: a, " + block + "}]}"
}

func TestRefused(t *testing.T) {
	secret := random()
	for _, tc := range []struct{ name, values, want string }{
		{"nothing", "{}", "nothing to watch"},
		{"two ways", real + demo, "only one of"},
		{"demo in shards", demo + "shards: 2", "the demo has no shards"},
		{"unknown value", demo + "replicaCount: 2", "replicaCount"},
		{"no shards", demo + "shards: 0", "/shards"},
		{"shards as text", demo + "shards: '3'", "/shards"},
		{"key in the open", account("kraken: {api_key: '" + secret + "', api_secret_file: /s}"), "/kraken/api_key"},
		{"secret in the open", account("coinbase_exchange: {api_secret: '" + secret + "'}"), "/coinbase_exchange/api_secret"},
		{"passphrase in the open", account("coinbase_exchange: {passphrase: '" + secret + "'}"), "/coinbase_exchange/passphrase"},
		{"futures secret in the open", account("kraken_futures: {api_secret: '" + secret + "'}"), "/kraken_futures/api_secret"},
		{"token in the open", account("onlyfansapi: {token: '" + secret + "'}"), "/onlyfansapi/token"},
		{"variable in the open", demo + "env: [{name: TOKEN, value: '" + secret + "'}]", "/env/0"},
		{"proxy with a password", account("kraken: {proxy_url: 'http://u:" + secret + "@p'}"), "/kraken/proxy_url"},
		{"private key in the open", account("kraken: {tls_config: {key: '" + secret + "'}}"), "/tls_config/key"},
		{"an API's token in the open", account("stripe: {token: '" + secret + "'}"), "/stripe/token"},
		{"an API's password in the open", account("jira: {username: me, password: '" + secret + "'}"), "/jira/password"},
		{"an API and a provider", account("kraken: {}, stripe: {}"), "must have one block"},
		{"two APIs", account("jira: {}, stripe: {}"), "must have one block"},
		{"settings alone", account("timeout: 5s"), "must have one block"},
		{"an API's name in capitals", "config: {apis: {Own: {}}, accounts: [{name: a, kraken: {}}]}", "/apis"},
		{"two providers", account("kraken: {}, onlyfansapi: {}"), "must have one block"},
		{"no provider", "config: {accounts: [{name: a}]}", "must have one block"},
		{"unknown provider", account("krakken: {}"), "krakken"},
		{"account with a space", "config: {accounts: [{name: a b, kraken: {}}]}", "/name"},
		{"directory upwards", demo + "secrets: [{secretName: a, directory: ../etc}]", "/secrets/0/directory"},
		{"memory in words", demo + "resources: {limits: {memory: much}}", "/resources/limits/memory"},
		{"root", demo + "podSecurityContext: {runAsUser: 0}", "/podSecurityContext/runAsUser"},
		{"privileged", demo + "podSecurityContext: {privileged: true}", "privileged"},
		{"scrape mode", demo + "scrape: {mode: both}", "/scrape/mode"},
		{"scheme", demo + "webConfig: {scheme: https}", "/webConfig/scheme"},
		{"prefix without a slash", demo + "routePrefix: exporter", "/routePrefix"},
		{"prefix upwards", demo + "routePrefix: /../exporter", "/routePrefix"},
		{"prefix beside the probes", demo + "extraArgs: [--web.route-prefix=/exporter]", "set routePrefix instead"},
		{"digest", demo + "image: {digest: latest}", "/image/digest"},
		{"no disruption at all", demo + "podDisruptionBudget: {maxUnavailable: 0}", "/podDisruptionBudget/maxUnavailable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, problem, err := helm(t, tc.values)
			if err == nil {
				t.Fatalf("accepted:\n%s", out)
			}
			if !strings.Contains(problem, tc.want) {
				t.Errorf("refused with %q, want %q in it", problem, tc.want)
			}
			if strings.Contains(out+problem, secret) {
				t.Error("the complaint shows the secret")
			}
		})
	}
}

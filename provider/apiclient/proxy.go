package apiclient

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"export_status_exporter/provider"
)

const (
	checkProxy    = "check proxy_url, and whether the proxy may reach the API's host"
	checkPassword = "check the user and password in proxy_url"
)

// ProxyRefusal is the error for a proxy that does not let a request through,
// by the status of its answer. The transport returns it for a refused CONNECT.
func ProxyRefusal(status int) *provider.Error {
	detail := fmt.Sprintf("the proxy answers HTTP %d", status)
	if text := http.StatusText(status); text != "" {
		detail += " " + text
	}
	refused := &provider.Error{Reason: provider.ReasonNetwork, Detail: detail, Advice: checkProxy}
	if status == http.StatusProxyAuthRequired {
		refused.Final = true
		refused.Advice = checkPassword
	}
	return refused
}

// How net/http marks what happens on the way to a proxy, and at one that speaks
// SOCKS5.
const (
	opProxy = "proxyconnect"
	opSocks = "socks connect"
)

// socksRefusals are what a SOCKS5 proxy can answer, as net/http puts it. Anything
// else may hold what a server sent.
var socksRefusals = []string{
	"general SOCKS server failure", "connection not allowed by ruleset", "network unreachable", "host unreachable", "connection refused", "TTL expired",
	"command not supported", "address type not supported",
}

// socksPassword is how net/http begins to say that a SOCKS5 proxy wants another
// user or password.
const socksPassword = "username/password authentication failed"

// proxyError is the failure of a proxy that is not there, or that does not let a
// request through.
func proxyError(op *net.OpError) *provider.Error {
	if op.Op == opProxy {
		failed := transportError(op.Err)
		failed.Detail, failed.Advice = "the proxy could not be used: "+failed.Detail, "check proxy_url, and whether the proxy runs"
		return failed
	}
	text := strings.TrimPrefix(op.Err.Error(), "unknown error ")
	switch {
	case slices.Contains(socksRefusals, text):
		return &provider.Error{Reason: provider.ReasonNetwork, Detail: "the proxy answers: " + text, Advice: checkProxy}
	case text == socksPassword || text == "no acceptable authentication methods":
		return &provider.Error{Reason: provider.ReasonNetwork, Detail: "the proxy refuses the user and password", Advice: checkPassword, Final: true}
	}
	failed := transportError(op.Err)
	failed.Detail, failed.Advice = "the proxy does not let the connection through: "+failed.Detail, checkProxy
	return failed
}

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
	checkProxy    = "check proxy_url, and whether the proxy can reach the API's host"
	checkPassword = "check the user and password in proxy_url"
)

// ProxyRefusal returns the failure for a proxy that answers with the given status and
// does not forward the request. The transport returns it for a refused CONNECT.
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

// The values of net.OpError.Op for failures on the way to a proxy and at a SOCKS5 proxy,
// those of net/http.
const (
	OpProxy = "proxyconnect"
	opSocks = "socks connect"
)

// socksRefusals are net/http's texts for the replies of a SOCKS5 proxy. Any other text
// may quote what a server sent.
var socksRefusals = []string{
	"general SOCKS server failure", "connection not allowed by ruleset", "network unreachable", "host unreachable", "connection refused", "TTL expired",
	"command not supported", "address type not supported",
}

// socksPassword begins net/http's error text for a user or password that a SOCKS5 proxy
// rejects.
const socksPassword = "username/password authentication failed"

// proxyError returns the failure for a proxy that cannot be reached or that does not
// forward the request.
func proxyError(op *net.OpError) *provider.Error {
	if op.Op == OpProxy {
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
	failed.Detail, failed.Advice = "the proxy does not forward the connection: "+failed.Detail, checkProxy
	return failed
}

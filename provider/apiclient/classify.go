package apiclient

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"export_status_exporter/provider"
)

// StatusError is the error for an HTTP status that no word of the API
// explains, after the body was looked at by DecodeJSON. Own says that the body
// has a field of the API's own errors. A refusal with any other body comes from
// a gateway in front of the API and says nothing about the key. Words are the
// errors of the body; the first that has the form of a code is shown.
func (r *Response) StatusError(own bool, words ...string) *provider.Error {
	detail := r.statusText()
	quoted, shown := r.firstCode(words)
	if shown {
		detail += ", the API answers " + quoted
	}
	failed := &provider.Error{Reason: StatusReason(r.Status), Detail: detail, Foreign: !own && (r.form == formForeign || r.form == formJSON)}
	vague := failed.Reason == provider.ReasonInvalidRequest || failed.Reason == provider.ReasonUnknown
	refusal := failed.Reason == provider.ReasonAuth || failed.Reason == provider.ReasonPermission
	if failed.Foreign && (vague || refusal || failed.Reason == provider.ReasonNotFound) {
		failed.Detail += ", but not in the API's own form"
	}
	switch {
	case r.Status == http.StatusProxyAuthRequired:
		return ProxyRefusal(r.Status)
	case r.Status == http.StatusNetworkAuthenticationRequired:
		failed.Advice = "log in to the network: something between this machine and the API asks for it"
	case failed.Foreign && refusal:
		failed.Reason, failed.Gateway, failed.Final = provider.ReasonUnavailable, true, true
		failed.Detail += ": a gateway in front of the API refuses this address"
		failed.Advice = "check whether the provider blocks this network or country, and whether a proxy or firewall answers in its place"
	case r.Status >= 300 && r.Status <= 399 && r.Status != http.StatusNotModified:
		failed.Detail += ", a redirect, which is never followed"
	case !vague:
	case failed.Foreign:
		failed.Advice = "check that base_url is the API, and that no proxy or firewall answers in its place"
	case shown: // the text says what the status does not
		failed.Advice = lookUp
	case len(words) > 0:
		failed.Detail += "; " + withheld
		failed.Advice = askByHand
	}
	return failed
}

// WordedError is StatusError for an API whose errors are sentences under an HTTP
// status. The status decides, unless all it says is that the call was refused,
// or it is a success that it cannot be: then a word of the catalogue does.
func (r *Response) WordedError(own bool, catalogue *provider.Catalogue, words ...string) *provider.Error {
	entry, listed := catalogue.Worst(words...)
	if r.OK() {
		if listed {
			return entry.Error()
		}
		return r.UnlistedError(words...)
	}
	failed := r.StatusError(own, words...)
	switch failed.Reason {
	case provider.ReasonAuth, provider.ReasonPermission, provider.ReasonInvalidRequest, provider.ReasonUnknown:
		if listed {
			failed.Reason, failed.Advice = entry.Reason, entry.Advice
			failed.Detail = r.statusText() + ", " + entry.Text()
		}
	default: // the status is more exact than any sentence
	}
	return failed
}

// statusText is the status as messages have it.
func (r *Response) statusText() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", r.Status, http.StatusText(r.Status)))
}

// StatusReason classifies an HTTP status code other than 2xx.
func StatusReason(code int) provider.Reason {
	switch {
	case code == http.StatusUnauthorized:
		return provider.ReasonAuth
	case code == http.StatusPaymentRequired:
		return provider.ReasonPaymentRequired
	case code == http.StatusForbidden, code == http.StatusUnavailableForLegalReasons:
		return provider.ReasonPermission
	case code == http.StatusNotFound, code == http.StatusGone:
		return provider.ReasonNotFound
	case code == http.StatusRequestTimeout:
		return provider.ReasonTimeout
	case code == http.StatusTooManyRequests:
		return provider.ReasonRateLimited
	case code == http.StatusConflict, code == http.StatusLocked, code == http.StatusTooEarly:
		return provider.ReasonUnknown
	case code == http.StatusProxyAuthRequired, code == http.StatusNetworkAuthenticationRequired:
		return provider.ReasonNetwork
	case code >= 500:
		return provider.ReasonUnavailable
	case code >= 400:
		return provider.ReasonInvalidRequest
	case code >= 300:
		// A redirect means that this is not, or no longer, the API.
		return provider.ReasonMalformed
	default:
		return provider.ReasonUnknown
	}
}

// transportError classifies what happened below HTTP. The texts are ours:
// net/http names hosts and addresses, and quotes what a server sent.
func transportError(err error) *provider.Error {
	reason, detail := provider.ReasonNetwork, "the connection failed"
	var netErr net.Error
	var dns *net.DNSError
	var invalid x509.CertificateInvalidError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	var op *net.OpError
	var corrupt flate.CorruptInputError
	var refused *provider.Error
	switch {
	case errors.As(err, &refused):
		return refused // by the proxy
	case errors.As(err, &op) && (op.Op == opProxy || op.Op == opSocks):
		return proxyError(op)
	case errors.Is(err, errTooLarge):
		reason = provider.ReasonTooLarge
		detail = fmt.Sprintf("the answer is larger than %d MiB", MaxBodyBytes>>20)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &netErr) && netErr.Timeout():
		reason, detail = provider.ReasonTimeout, "no complete answer in time"
	case errors.Is(err, errEncoding):
		reason, detail = provider.ReasonMalformed, "the answer comes in an encoding that was not asked for"
	case errors.Is(err, errPacking), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		reason, detail = provider.ReasonMalformed, "the answer's compression is broken"
	case errors.As(err, &dns):
		detail = "the host name could not be resolved"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		detail = "the server's TLS certificate has expired or is not valid yet"
	case errors.As(err, &invalid):
		detail = "the server's TLS certificate is not valid"
	case errors.As(err, &authority):
		detail = "the server's TLS certificate is signed by an unknown authority"
	case errors.As(err, &host):
		detail = "the server's TLS certificate is for another host"
	case errors.As(err, &record):
		detail = "the server does not speak TLS on this port"
	case errors.As(err, &op) && op.Op == "remote error":
		// How crypto/tls marks an alert of the other side.
		detail = "the server refused the TLS handshake"
	case errors.Is(err, syscall.ECONNREFUSED):
		detail = "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		detail = "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		detail = "the connection closed before the answer was complete"
	}
	return &provider.Error{Reason: reason, Detail: detail}
}

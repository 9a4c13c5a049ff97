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

// StatusError returns the failure for an HTTP status that none of the API's error words
// explains. Call it after DecodeJSON. The own parameter reports whether the body has a
// field for the API's own errors. A refusal without one comes from a gateway in front
// of the API and says nothing about the key. The words are the errors in the body; the
// first one in the form of a code is shown.
func (r *Response) StatusError(own bool, words ...string) *provider.Error {
	detail := r.statusText()
	quoted, shown := r.firstCode(words)
	if shown {
		detail += ", the API answers " + quoted
	}
	failed := &provider.Error{Reason: StatusReason(r.Status), Detail: detail, NotFromAPI: !own && (r.form == formNotJSON || r.form == formJSON)}
	vague := failed.Reason == provider.ReasonInvalidRequest || failed.Reason == provider.ReasonUnknown
	refusal := failed.Reason == provider.ReasonAuth || failed.Reason == provider.ReasonPermission
	if failed.NotFromAPI && (vague || refusal || failed.Reason == provider.ReasonNotFound) {
		failed.Detail += ", but not in the API's own form"
	}
	switch {
	case r.Status == http.StatusProxyAuthRequired:
		return ProxyRefusal(r.Status)
	case r.Status == http.StatusNetworkAuthenticationRequired:
		failed.Advice = "log in to the network: something between this machine and the API requires it"
	case failed.NotFromAPI && refusal:
		failed.Reason, failed.Gateway, failed.Final = provider.ReasonUnavailable, true, true
		failed.Detail += ": a gateway in front of the API refuses this address"
		failed.Advice = "check whether the provider blocks this network or country, and whether a proxy or firewall answers in its place"
	case r.Status >= 300 && r.Status <= 399 && r.Status != http.StatusNotModified:
		failed.Detail += ", a redirect, which is never followed"
	case !vague:
	case failed.NotFromAPI:
		failed.Advice = "check that base_url is the API, and that no proxy or firewall answers in its place"
	case shown: // the error word is more exact than the status
		failed.Advice = lookUp
	case len(words) > 0:
		failed.Detail += "; " + withheld
		failed.Advice = askByHand
	}
	return failed
}

// WordedError is like StatusError for an API that sends sentences with an HTTP status.
// The status decides, except if it is an unspecific refusal or 2xx. In these cases, the
// catalogue's entry for the words decides.
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

// statusText returns the status as shown in messages.
func (r *Response) statusText() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", r.Status, http.StatusText(r.Status)))
}

// StatusReason returns the reason for an HTTP status code other than 2xx.
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
		// A redirect means that this is not the API, or not any more.
		return provider.ReasonMalformed
	case code < 200:
		// No request ends with such a status.
		return provider.ReasonMalformed
	default:
		return provider.ReasonUnknown
	}
}

// transportError classifies a failure below HTTP. It uses its own texts, because
// net/http's texts contain hosts and addresses and quote what a server sent.
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
	case errors.As(err, &op) && (op.Op == OpProxy || op.Op == opSocks):
		return proxyError(op)
	case errors.Is(err, errTooLarge):
		reason = provider.ReasonTooLarge
		detail = fmt.Sprintf("the answer is larger than %d MiB", MaxBodyBytes>>20)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &netErr) && netErr.Timeout():
		reason, detail = provider.ReasonTimeout, "no complete answer in time"
	case errors.Is(err, errEncoding):
		reason, detail = provider.ReasonMalformed, "the answer comes in an encoding that was not requested"
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
		// crypto/tls uses this text for alerts sent by the other side.
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

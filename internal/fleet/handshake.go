package fleet

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Limits on what a server shows of itself before it gets a request. crypto/tls keeps the
// certificates for as long as the connection, and a name of 3 bytes takes 150 there.
const (
	maxHandshakeBytes   = 32 << 10
	maxCertificateParts = 1000 // names, extensions and the like, in all its certificates
)

// refusedHandshake returns the failure for a server that is refused.
func refusedHandshake(why string) error {
	return &provider.Error{Reason: provider.ReasonNetwork, Detail: why}
}

// dial is an http.Transport.DialContext.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// metered limits what servers send before they get a request, and besides responses.
func (d dial) metered(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	if err != nil {
		return nil, err
	}
	metered := &meteredConn{Conn: conn, left: maxHandshakeBytes}
	metered.allowed.Store(apiclient.UnaskedBytes)
	return metered, nil
}

type meteredConn struct {
	net.Conn
	left  int // used by the goroutine that reads
	asked atomic.Bool
	// allowed is how many bytes the server may send from its first request on.
	allowed atomic.Int64
}

// Allow implements apiclient.Meter.
func (c *meteredConn) Allow(bytes, most int64) {
	for {
		before := c.allowed.Load()
		if c.allowed.CompareAndSwap(before, min(before+bytes, most)) {
			return
		}
	}
}

// Read implements net.Conn. Only one goroutine reads at a time.
func (c *meteredConn) Read(p []byte) (int, error) {
	if c.asked.Load() {
		n, err := c.Conn.Read(p)
		if c.allowed.Add(-int64(n)) < 0 {
			return 0, &provider.Error{Reason: provider.ReasonTooLarge, Detail: "the server sends much besides responses"}
		}
		return n, err
	}
	if c.left == 0 {
		return 0, refusedHandshake("the server's TLS handshake is too long")
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Write implements net.Conn. The first request begins with the first bytes that belong
// neither to a TLS handshake nor to a proxy's tunnel.
func (c *meteredConn) Write(p []byte) (int, error) {
	if !c.asked.Load() && !isHandshake(p) && !bytes.HasPrefix(p, []byte("CONNECT ")) {
		c.asked.Store(true)
	}
	return c.Conn.Write(p)
}

// isHandshake reports whether bytes begin with a TLS record that holds no request: a
// change of ciphers, an alert or a handshake message.
func isHandshake(p []byte) bool { return len(p) > 0 && p[0] >= 20 && p[0] <= 22 }

// checkParts implements tls.Config.VerifyConnection.
func checkParts(state tls.ConnectionState) error {
	parts := 0
	for _, c := range state.PeerCertificates {
		for _, each := range []int{
			len(c.Extensions), len(c.Subject.Names), len(c.Issuer.Names), len(c.UnknownExtKeyUsage), len(c.ExtKeyUsage),
			len(c.Policies), len(c.PolicyMappings), len(c.OCSPServer), len(c.IssuingCertificateURL), len(c.CRLDistributionPoints),
			len(c.DNSNames), len(c.EmailAddresses), len(c.IPAddresses), len(c.URIs),
			len(c.PermittedDNSDomains), len(c.PermittedEmailAddresses), len(c.PermittedIPRanges), len(c.PermittedURIDomains),
			len(c.ExcludedDNSDomains), len(c.ExcludedEmailAddresses), len(c.ExcludedIPRanges), len(c.ExcludedURIDomains),
		} {
			parts += each
		}
	}
	if parts > maxCertificateParts {
		return refusedHandshake("the server's TLS certificates have too many names or extensions")
	}
	return nil
}

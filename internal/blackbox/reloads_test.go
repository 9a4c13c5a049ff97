package blackbox

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAbandonedReloads: 300 clients that ask for a reload of 3,000 accounts and
// leave cost one, at most, and whoever comes then waits for two.
func TestAbandonedReloads(t *testing.T) {
	p, log := withLog(t, nil, "--config.file="+configuration(t, 3000, freeAddress(t), "1s"))
	p.AwaitHealthy()
	reload := func() time.Duration {
		began := time.Now()
		p.Want(http.MethodPost, "/-/reload")
		return time.Since(began)
	}
	const loaded = `msg="configuration loaded"`
	three := func() time.Duration {
		longest := max(reload(), reload(), reload())
		for range 3 {
			log.await(loaded)
		}
		return longest
	}
	one := three()
	for i := range 300 {
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Repeat("x", i%2*100)
		if _, err := fmt.Fprintf(connection, "POST /-/reload HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Fatal(err)
		}
		_ = connection.Close()
	}
	took := reload()
	log.await(loaded)
	if got := strings.Count(log.String(), loaded); got > 3+2 {
		t.Errorf("%d reloads for those who left and the next, want at most two", got-3)
	}
	one = max(one, three()) // the machine may be busier than it was
	if most := 2*one + one/2 + 100*time.Millisecond; took > most {
		t.Errorf("the next took %s, and one takes %s", took, one)
	}
	t.Logf("one takes %s, the one after 300 abandoned ones %s", one, took)
}

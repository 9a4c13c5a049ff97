package collector

import "testing"

func TestOctets(t *testing.T) {
	t.Parallel()
	const table = "TcpExt: SyncookiesSent InOctets\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 3 40 5e2\n"
	for _, c := range []struct {
		table, name string
		want        float64
	}{
		{table, "InOctets", 40},
		{table, "OutOctets", 500},
		{table, "InMcastOctets", 0},
		{"IpExt: InOctets", "InOctets", 0},
		{"IpExt: InOctets OutOctets\nIpExt: 1", "OutOctets", 0},
		{"IpExt: InOctets\nIpExt: none\n", "InOctets", 0},
		{"", "InOctets", 0},
	} {
		if got := octets([]byte(c.table), c.name); got != c.want {
			t.Errorf("%s in %q: %v, want %v", c.name, c.table, got, c.want)
		}
	}
}

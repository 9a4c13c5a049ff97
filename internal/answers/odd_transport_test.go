package answers

import (
	"net/http"

	"export_status_exporter/internal/sandbox"
)

// oddTransport are answers that any provider, or a gateway in front of it, may
// give.
func oddTransport(d *dialect) []odd {
	list := d.list("[]")
	encoded := func(encoding, body, says string) odd {
		return odd{header: http.Header{"Content-Encoding": {encoding}}, body: body, reason: "malformed", says: says}
	}
	const text, page = "a text came instead of the API's answer", "a web page came instead of the API's answer"
	all := []odd{
		encoded("br", "\x0b\x02\x80", "an encoding that was not requested"), encoded("zstd", "\x28\xb5", "an encoding that was not requested"),
		{status: 403, header: http.Header{"Content-Encoding": {"br"}}, body: "\x0b\x02\x80", reason: "unavailable", says: "a gateway in front of the API"},
		{status: 401, header: http.Header{"Content-Encoding": {"gzip"}}, body: "<html>not packed at all</html>", reason: "unavailable", says: "a gateway in front of the API"},
		encoded("gzip, br", "\x1f\x8b", "an encoding that was not requested"), encoded("gzip", "[]", "the answer's compression is broken"),
		{header: http.Header{"Content-Encoding": {"identity"}}, body: list},
		{header: http.Header{"Content-Type": {"text/html"}}, body: list + " "},
		{body: "callback(" + list + ")", reason: "malformed", says: text},
		{body: ")]}',\n" + list, reason: "malformed", says: text},
		{body: "<br /><b>Warning</b>: " + list, reason: "malformed", says: page},
		{body: list + "<!-- cached -->", reason: "malformed", says: "not one JSON value"},
		{body: list + list, reason: "malformed", says: "not one JSON value"},
		{body: "\xff\xfe{\x00}\x00", reason: "malformed", says: text},
		{status: 204, reason: "malformed", says: `the answer is empty" advice="wait`},
		{status: 206, body: list[:len(list)-1], reason: "malformed", says: "cut short"},
		{status: 511, body: "<html>log in</html>", reason: "network", says: "log in to the network"},
		{status: 530, body: "<html>", reason: "unavailable", says: "HTTP 530"},
		{status: 405, body: "<html>", reason: "invalid_request", says: "no proxy or firewall answers in its place"},
		{status: 410, body: "<html>", reason: "not_found", says: "not in the API's own form"},
	}
	if d.provider == sandbox.CoinbaseExchange {
		// Its list has no envelope, so that half of it is something else.
		all = append(all, odd{body: "{}"})
	}
	return all
}

package kraken

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

const (
	// keyInfoPath tells what a key may do; it needs no permission itself.
	keyInfoPath = "/0/private/GetApiKeyInfo"
	// keyCheckInterval is how often a key is looked at; its permissions and its
	// end hardly ever change.
	keyCheckInterval = 6 * time.Hour
	// maxPermissions bounds the names in a warning.
	maxPermissions = 20
)

// keyCheck looks now and then at what the key may do. It is shared by the
// sources of an account. A check that fails is a remark, unless the key itself
// is refused.
type keyCheck struct {
	mu      sync.Mutex
	checked time.Time
	key     [32]byte
	expires time.Time
}

// keyInfo holds the fields we use of "Get API Key Info". Left out on purpose:
// the key, its name, the account number, the allowed addresses and the rest.
type keyInfo struct {
	Permissions apiclient.Items[apiclient.Word] `json:"permissions"`
	// ValidUntil is spelled in two ways: by the vendor's example, and by its
	// schema.
	ValidUntil      optionalTime `json:"validUntil"`
	ValidUntilSnake optionalTime `json:"valid_until"`
}

// optionalTime is a moment that an answer may not have at all.
type optionalTime struct {
	apiclient.Time
	present bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *optionalTime) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	o.present = true
	return o.Time.UnmarshalJSONFrom(decoder) //nolint:wrapcheck // Judged by type further up.
}

// end is when the key ends, and a remark if the answer does not say so in
// either spelling, or not in a form that can be read.
func (k *keyInfo) end() (at time.Time, remark string) {
	value := k.ValidUntil
	if !value.present {
		value = k.ValidUntilSnake
	}
	switch {
	case !value.present:
		remark = "Kraken does not say when the key ends (check_key): neither validUntil nor valid_until is in its answer"
	case value.Unreadable:
		remark = "when the key ends cannot be read (check_key)"
	}
	return value.Moment.Time, remark
}

// add checks the key if it is time, in the turn that has just worked, and adds
// what is known of it to the snapshot. Its error is one that must hold the
// account back: a refusal of the key, or a wait that Kraken asks for.
func (k *keyCheck) add(ctx context.Context, t *turn, snapshot *provider.Snapshot) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, now := t.values[secretKey].Fingerprint(), t.client.Now()
	if key != k.key || now.Sub(k.checked) >= keyCheckInterval {
		if key != k.key {
			k.expires = time.Time{} // what was known was of another key
		}
		k.key, k.checked = key, now
		info, err := t.keyInfo(ctx)
		switch {
		case holdsBack(err):
			return err
		case err != nil:
			snapshot.Warnings = append(snapshot.Warnings, "what the key may do could not be read (check_key)")
		default:
			var remark string
			if k.expires, remark = info.end(); remark != "" {
				snapshot.Warnings = append(snapshot.Warnings, remark)
			}
			if info.Permissions == nil {
				snapshot.Warnings = append(snapshot.Warnings, "Kraken does not say what the key may do (check_key)")
			}
			if beyond := beyondReading(info.Permissions); len(beyond) > 0 {
				snapshot.Warnings = append(snapshot.Warnings, "the key may do more than the exporter needs: "+strings.Join(beyond, ", "))
			}
		}
	}
	snapshot.KeyExpires = k.expires
	return nil
}

// holdsBack reports whether an error is about the key, or asks for a wait.
func holdsBack(err error) bool {
	var failed *provider.Error
	if !errors.As(err, &failed) {
		return false
	}
	switch failed.Reason {
	case provider.ReasonAuth, provider.ReasonLockout, provider.ReasonNonce, provider.ReasonRateLimited:
		return true
	default:
		return !failed.RetryAt.IsZero()
	}
}

func (t *turn) keyInfo(ctx context.Context) (*keyInfo, error) {
	var answer struct {
		Error  apiclient.Words             `json:"error"`
		Result apiclient.Lenient[*keyInfo] `json:"result"`
	}
	err := t.post(ctx, keyInfoPath, url.Values{}, func(response *apiclient.Response) error {
		err := response.DecodeJSON(&answer)
		if err := judge(answer.Error, response, err); err != nil || answer.Result.Value != nil {
			return err
		}
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer has neither an error nor a result"}
	})
	return answer.Result.Value, err
}

// permissionName is how Kraken writes permissions. Anything else is a
// stranger's text and is not repeated.
var permissionName = regexp.MustCompile(`^[a-z]+(-[a-z]+){0,4}$`)

// beyondReading returns the permissions that are neither export-data, which is
// needed, nor one of the queries, which can change nothing.
func beyondReading(permissions []apiclient.Word) []string {
	var beyond []string
	for _, each := range permissions {
		name := strings.ToLower(string(each))
		if name == "export-data" || strings.HasPrefix(name, "query-") {
			continue
		}
		if len(name) > 40 || !permissionName.MatchString(name) {
			name = "one of an unknown form"
		}
		if !slices.Contains(beyond, name) && len(beyond) < maxPermissions {
			beyond = append(beyond, name)
		}
	}
	slices.Sort(beyond)
	return beyond
}

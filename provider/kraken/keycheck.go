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

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

const (
	// keyInfoPath returns the key's permissions. The call itself needs no permission.
	keyInfoPath = "/0/private/GetApiKeyInfo"
	// keyCheckInterval is how often a key is checked. Its permissions and expiry hardly
	// ever change.
	keyCheckInterval = 6 * time.Hour
	// maxPermissions is the maximum number of permissions in a warning.
	maxPermissions = 20
)

// keyCheck checks the key's permissions from time to time. The account's sources share
// it. A failed check is only a warning, unless Kraken refuses the key.
type keyCheck struct {
	mu      sync.Mutex
	checked time.Time
	key     [32]byte
	expires provider.Moment
}

// keyInfo holds the fields that are used of "Get API Key Info". Kraken's example uses
// camelCase and its schema snake_case, so names are compared without case and
// underscores. It omits on purpose: the key, its name, the account number, the allowed
// addresses and the rest.
type keyInfo struct {
	Permissions apiclient.Optional[apiclient.Lenient[apiclient.Items[apiclient.Word]]] `json:"permissions,case:ignore"`
	ValidUntil  apiclient.Optional[apiclient.Time]                                     `json:"validUntil,case:ignore"`
}

// add checks the key if a check is due, within the given turn, and adds the result to
// the snapshot. It returns only errors that must pause the whole account: a refusal of
// the key, or a wait that Kraken asks for.
func (k *keyCheck) add(ctx context.Context, t *turn, snapshot *provider.Snapshot) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, now := t.values[secretKey].Fingerprint(), t.client.Now()
	if key != k.key || now.Sub(k.checked) >= keyCheckInterval {
		if err := provider.Ask(ctx); err != nil {
			return err // a check that is not sent is due again
		}
		if key != k.key {
			k.expires = provider.Moment{} // the known value belongs to another key
		}
		k.key, k.checked = key, now
		info, err := t.keyInfo(ctx)
		switch {
		case holdsBack(err):
			return err
		case err != nil:
			snapshot.Warnings = append(snapshot.Warnings, "the key's permissions could not be requested (check_key)")
		default:
			k.expires = info.ValidUntil.Value.Moment
			for _, each := range info.warnings() {
				snapshot.Warnings = append(snapshot.Warnings, t.secrets.Hide(each))
			}
		}
	}
	snapshot.KeyExpires = snapshot.Unreadable.Moment(provider.FieldExpires, k.expires)
	return nil
}

// warnings lists what is unusual about the key. A missing field gets a warning, too,
// because otherwise nobody would notice that its content is unknown.
func (i *keyInfo) warnings() []string {
	var warnings []string
	permissions := &i.Permissions.Value
	switch beyond := beyondReading(permissions.Value); {
	case !i.Permissions.There:
		warnings = append(warnings, "the answer about the key has no permissions, so they are unknown (check_key)")
	case permissions.Err != nil:
		warnings = append(warnings, "the key's permissions could not be read (check_key)")
	case len(beyond) > 0:
		warnings = append(warnings, "the key may do more than the exporter needs: "+strings.Join(beyond, ", "))
	}
	switch {
	case !i.ValidUntil.There:
		warnings = append(warnings, "the answer about the key has neither validUntil nor valid_until, so the key's expiry is unknown (check_key)")
	case i.ValidUntil.Value.Unreadable:
		warnings = append(warnings, "the key's expiry could not be read (check_key)")
	}
	return warnings
}

// holdsBack reports whether an error is about the key or asks for a wait.
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

// permissionName matches Kraken's names of permissions. Other names are not quoted,
// because they may contain anything.
var permissionName = regexp.MustCompile(`^[a-z]+(-[a-z]+){0,4}$`)

// beyondReading returns the permissions other than export-data, which is required, and
// the query permissions, which cannot change anything.
func beyondReading(permissions []apiclient.Word) []string {
	var beyond []string
	for _, each := range permissions {
		name := strings.ReplaceAll(provider.FoldWord(string(each)), "_", "-")
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

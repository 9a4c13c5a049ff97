package krakenfutures

import (
	"context"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// keyCheckPath returns the key's permissions. Any permission is sufficient for it. It
// is not documented which part of the path is signed; this follows the history API,
// which signs the whole path.
const keyCheckPath = "/api/auth/v1/api-keys/v3/check"

// keyCheck requests the key's permissions. It returns no reports.
type keyCheck struct{ caller *caller }

// Name implements provider.Source.
func (*keyCheck) Name() string { return "api_key" }

// Types implements provider.Source. There are no reports.
func (*keyCheck) Types() []string { return nil }

// Reportless implements provider.Reportless.
func (*keyCheck) Reportless() {}

// keyInfo holds the fields that are used. Names are compared without case and
// underscores, as for Kraken Spot. It omits on purpose: the key, the account's
// identifiers and the allowed addresses.
type keyInfo struct {
	envelope
	Suberror    apiclient.Words `json:"suberror"`
	Permissions access          `json:"permissions,case:ignore"`
	// CreatedAt only shows that the answer is about an existing key.
	CreatedAt apiclient.Optional[apiclient.Time] `json:"createdAt,case:ignore"`
}

// Fetch implements provider.Source.
func (k *keyCheck) Fetch(ctx context.Context) (provider.Snapshot, error) {
	var answer keyInfo
	err := k.caller.getBeside(ctx, keyCheckPath, func(response *apiclient.Response) error {
		answer = keyInfo{}
		err := response.DecodeJSON(&answer)
		response.SetServerTime(answer.ServerTime.Time)
		answer.Error = append(answer.Error, answer.Suberror...)
		switch {
		case !response.OK():
			return answer.classify(response)
		case err != nil:
			return answer.unread(err)
		case answer.refused() || !answer.aboutKey() && answer.failed():
			return answer.classify(response)
		case !answer.aboutKey():
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer contains nothing about the key"}
		default:
			return nil
		}
	})
	if err != nil {
		return provider.Snapshot{}, err
	}
	snapshot := provider.Snapshot{Complete: true}
	for _, each := range answer.warnings() {
		snapshot.Warnings = append(snapshot.Warnings, k.caller.secrets.Hide(each))
	}
	_ = snapshot.Unreadable.Moment(provider.FieldCreated, answer.CreatedAt.Value.Moment)
	return snapshot, nil
}

// aboutKey reports whether the answer is about a key at all.
func (i *keyInfo) aboutKey() bool {
	return i.Permissions.there && !i.Permissions.odd || i.CreatedAt.There && !i.CreatedAt.Value.Unreadable
}

// warnings lists what is unusual about the key. A missing field gets a warning, too,
// because otherwise nobody would notice that its content is unknown.
func (i *keyInfo) warnings() []string {
	var warnings []string
	switch beyond := i.Permissions.beyondReading; {
	case !i.Permissions.there:
		warnings = append(warnings, "the answer about the key has no permissions, so they are unknown (check_key)")
	case i.Permissions.odd:
		warnings = append(warnings, "the key's permissions could not be read (check_key)")
	case len(beyond) > 0:
		warnings = append(warnings, "the key may do more than the exporter needs: "+strings.Join(beyond, ", "))
	}
	if !i.CreatedAt.There {
		warnings = append(warnings, "the answer about the key has neither createdAt nor created_at (check_key)")
	}
	return warnings
}

// maxAreas is the maximum number of areas that are examined. Kraken has two.
const maxAreas = 20

// access holds the key's permissions in each area of the account.
type access struct {
	there, odd bool
	// beyondReading holds the areas in which the key may do more than read.
	beyondReading []string
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (a *access) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	*a = access{there: true}
	if kind != jsontext.KindBeginObject {
		a.odd = kind != jsontext.KindNull
		return decoder.SkipValue()
	}
	err := apiclient.Each(decoder, func(index int, name []byte) error {
		area := string(name[:min(len(name), maxAreaBytes+1)])
		var level apiclient.Text
		if err := level.UnmarshalJSONFrom(decoder); err != nil {
			return err
		}
		if index < maxAreas {
			a.add(area, string(level))
		}
		return nil
	})
	slices.Sort(a.beyondReading)
	return err
}

// maxAreaBytes is the maximum length of an area's name in a warning.
const maxAreaBytes = 40

// levels maps the documented access levels, in lower case and without "_", to their
// names in warnings. The name is empty for levels that allow no more than reading.
var levels = map[string]string{"noaccess": "", "none": "", "readonly": "", "fullaccess": "FULL_ACCESS"}

// add records the access level of one area. Names that are not plain words and levels
// that are not documented are not quoted in warnings.
func (a *access) add(area, level string) {
	shown, known := levels[strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(level))]
	switch {
	case known && shown == "":
		return
	case !known:
		shown = "an access of an unknown form"
	}
	if len(area) > maxAreaBytes || area == "" || strings.Trim(strings.ToLower(area), "abcdefghijklmnopqrstuvwxyz_") != "" {
		area = "an area of an unknown form"
	}
	if text := area + " " + shown; !slices.Contains(a.beyondReading, text) {
		a.beyondReading = append(a.beyondReading, text)
	}
}

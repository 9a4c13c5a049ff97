package sandbox

import (
	"encoding/hex"
	"fmt"
)

// personal is what an account's replies carry and nobody but its owner may
// see. Every value is random, so that finding one in some output proves a leak.
type personal struct {
	description  string // Kraken: descr
	keyName      string // Kraken: apiKeyName
	iban         string // Kraken; Kraken Futures: iiban
	address      string // Kraken: ipAllowlist; Kraken Futures: allowedCidrBlocks
	email        string // Coinbase: params.email, params.user.email
	userName     string // Coinbase: params.user.name
	userID       string // Coinbase: user_id, params.user.id
	profile      string // Coinbase: params.profile_id
	accountUID   string // Kraken Futures: accountUid
	amount       string // Kraken Futures: every balance, fee and profit
	displayName  string // OnlyFansAPI: accounts[].display_name
	ownerID      string // OnlyFansAPI: accounts[].id
	link         string // Coinbase: in file_url; OnlyFansAPI: in download_url
	failedReason string // OnlyFansAPI: failed_reason
}

func newPersonal(random func(int) []byte) personal {
	word := func() string { return hex.EncodeToString(random(8)) }
	digits := func(n int) string {
		text := make([]byte, n)
		for i, b := range random(n) {
			text[i] = '1' + b%9
		}
		return string(text)
	}
	return personal{
		description:  "descr-" + word(),
		keyName:      "keyname-" + word(),
		iban:         "XX" + digits(20),
		address:      fmt.Sprintf("2001:db8:%x:%x::/64", random(2), random(2)),
		email:        "mail-" + word() + "@mail.invalid",
		userName:     "name-" + word(),
		userID:       "user" + word(),
		profile:      uuid(random(16)),
		accountUID:   uuid(random(16)),
		amount:       digits(6) + "." + digits(8),
		displayName:  "display-" + word(),
		ownerID:      "acct_" + word(),
		link:         "link-" + word(),
		failedReason: "reason-" + word(),
	}
}

func (p personal) values() []string {
	return []string{
		p.description, p.keyName, p.iban, p.address, p.email, p.userName, p.userID, p.profile,
		p.accountUID, p.amount, p.displayName, p.ownerID, p.link, p.failedReason,
	}
}

// uuid writes 16 bytes in the usual form.
func uuid(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

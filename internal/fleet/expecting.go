package fleet

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/config"
)

// expecting returns a member that runs the same account and expects of its
// exports what a newer configuration does, which differs in nothing else.
func (m *Member) expecting(c *config.Account) *Member {
	if m.config.Expect.Same(c.Expect) {
		return m
	}
	same := *m.config // whose secrets are in use
	same.Expect = c.Expect
	return &Member{config: &same, account: m.account, api: m.api}
}

// view returns the account at now. Nobody is asked.
func (m *Member) view(now time.Time) account.View {
	view := m.account.View(now)
	view.Expect = m.config.Expect
	return view
}

package fleet

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/config"
)

// expecting returns a member for the same running account with the expectations
// of a newer configuration, which is otherwise equal.
func (m *Member) expecting(c *config.Account) *Member {
	if m.config.Expect.Same(c.Expect) {
		return m
	}
	same := *m.config // keeps the secrets in use
	same.Expect = c.Expect
	return &Member{config: &same, account: m.account, calls: m.calls}
}

// view returns the account's view at now, with its expectations. It starts no
// refresh.
func (m *Member) view(now time.Time) account.View {
	view := m.account.View(now)
	view.Expect = m.config.Expect
	return view
}

package faults

import (
	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider"
)

// catalogues are the error texts that each provider documents.
func catalogues() map[sandbox.Provider]map[string]provider.Reason {
	return map[sandbox.Provider]map[string]provider.Reason{
		sandbox.Kraken: {
			"EAPI:Invalid key":                    provider.ReasonAuth,
			"EAPI:Invalid signature":              provider.ReasonAuth,
			"EAuth:Failed":                        provider.ReasonAuth,
			"EAuth:Account temporary disabled":    provider.ReasonAuth,
			"EAuth:Account unconfirmed":           provider.ReasonAuth,
			"EGeneral:Permission denied":          provider.ReasonPermission,
			"EAPI:Permission denied":              provider.ReasonPermission,
			"EAccount:Invalid permissions":        provider.ReasonPermission,
			"EAPI:Invalid nonce":                  provider.ReasonNonce,
			"EAPI:Rate limit exceeded":            provider.ReasonRateLimited,
			"EAuth:Rate limit exceeded":           provider.ReasonRateLimited,
			"EAuth:Too many requests":             provider.ReasonRateLimited,
			"EGeneral:Too many requests":          provider.ReasonRateLimited,
			"EService: Throttled: 1772366500":     provider.ReasonRateLimited,
			"EGeneral:Temporary lockout":          provider.ReasonLockout,
			"EService:Unavailable":                provider.ReasonUnavailable,
			"EService:Busy":                       provider.ReasonUnavailable,
			"EService:Deadline elapsed":           provider.ReasonUnavailable,
			"EService:Market in cancel_only mode": provider.ReasonUnavailable,
			"EGeneral:Internal error:CANARY":      provider.ReasonUnavailable,
			"EGeneral:Invalid arguments:report":   provider.ReasonInvalidRequest,
			"EAPI:Bad request":                    provider.ReasonInvalidRequest,
			"EGeneral:Unknown method":             provider.ReasonInvalidRequest,
			"ESession:Invalid session":            provider.ReasonAuth,
			"EAPI:Invalid token":                  provider.ReasonAuth,
			"EElsewhere:Something new":            provider.ReasonUnknown,
			"EAPI:Key expired":                    provider.ReasonAuth,
			"ETrade:User Locked":                  provider.ReasonAuth,
			"EAccount:Restricted":                 provider.ReasonPermission,
			"EAPI:Feature disabled":               provider.ReasonPermission,
			"EDatabase:Internal error":            provider.ReasonUnavailable,
			"EExport:Not ready":                   provider.ReasonUnavailable,
		},
		sandbox.CoinbaseExchange: {
			"Invalid API Key":             provider.ReasonAuth,
			"invalid signature":           provider.ReasonAuth,
			"Invalid Passphrase":          provider.ReasonAuth,
			"request timestamp expired":   provider.ReasonClockSkew,
			"something else is not right": provider.ReasonAuth, // 401 says so
			"Private rate limit exceeded": provider.ReasonRateLimited,
			"under maintenance":           provider.ReasonUnavailable,
			"Forbidden":                   provider.ReasonPermission,
		},
		sandbox.OnlyFansAPI: {
			"Unauthenticated.":           provider.ReasonAuth,
			"Too Many Attempts.":         provider.ReasonRateLimited,
			"Not enough credits.":        provider.ReasonPaymentRequired,
			"Server Error":               provider.ReasonUnavailable,
			"something else is not well": provider.ReasonAuth, // 401 says so
		},
		sandbox.KrakenFutures: {
			"authenticationError":     provider.ReasonAuth,
			"accountInactive":         provider.ReasonNotFound,
			"insufficientPrivileges":  provider.ReasonPermission,
			"nonceBelowThreshold":     provider.ReasonNonce,
			"nonceDuplicate":          provider.ReasonNonce,
			"apiLimitExceeded":        provider.ReasonRateLimited,
			"notFound":                provider.ReasonNotFound,
			"invalidArgument: symbol": provider.ReasonInvalidRequest,
			"requiredArgumentMissing": provider.ReasonInvalidRequest,
			"Json Parse Error":        provider.ReasonInvalidRequest,
			"marketUnavailable":       provider.ReasonUnavailable,
			"Unavailable":             provider.ReasonUnavailable,
			"Server Error":            provider.ReasonUnavailable,
			"unknownError":            provider.ReasonUnavailable,
		},
	}
}

package console

import (
	"maps"
	"slices"
	"testing"

	"sekisho/staff"
)

// needs says who may ask for what, once more than the table of routes: a new route
// has to be thought of twice.
var needs = map[staff.Role][]string{
	staff.None: {
		"GET /proxy.pac", "GET /ca.crt", "GET /healthz", "GET /style.css", "GET /favicon.ico", "GET /icon.svg", "GET /live.js", "GET /sign-in", "POST /sign-in", "GET /first-owner", "POST /first-owner",
		"GET /sign-in/second", "POST /sign-in/second", "POST /sign-in/passkey/options", "POST /sign-in/passkey", "GET /passkey.js", "GET /ticks.js",
	},
	staff.Viewer: {
		"GET /{$}", "GET /incidents", "GET /incidents/{id}", "GET /incidents/{id}/report", "GET /incidents/{id}/report.txt",
		"GET /incidents/{id}/report.eml", "GET /events", "GET /events/stream", "GET /events.csv", "GET /events.jsonl", "GET /exceptions",
		"GET /clients", "GET /settings", "GET /accounts", "GET /people", "GET /audit", "GET /set-up", "GET /set-up/ticks", "POST /sign-out",
		"GET /me", "POST /me/totp", "POST /me/totp/confirm", "POST /me/totp/remove", "POST /me/passkeys/options", "POST /me/passkeys",
		"POST /me/passkeys/remove", "POST /me/recovery",
		"GET /api/v1/openapi.json", "GET /api/v1/status", "GET /api/v1/events", "GET /api/v1/incidents", "GET /api/v1/incidents/{id}",
		"POST /api/v1/check",
	},
	staff.Reviewer: {"POST /incidents/{id}/decision", "POST /api/v1/incidents/{id}/decision", "POST /exceptions/change", "POST /exceptions/remove"},
	staff.Owner:    {"POST /clients/name", "POST /settings/pac"},
}

// TestTableOfRoles holds the table of routes to needs, both ways.
func TestTableOfRoles(t *testing.T) {
	t.Parallel()
	want := map[string]staff.Role{}
	for role, list := range needs {
		for _, r := range list {
			want[r] = role
		}
	}
	got := map[string]staff.Role{}
	for _, r := range routes {
		got[r.method+" "+r.path] = r.need
	}
	if maps.Equal(got, want) {
		return
	}
	for _, r := range slices.Sorted(maps.Keys(got)) {
		if role, ok := want[r]; !ok || role != got[r] {
			t.Errorf("%s is for %v; want %v (known: %v)", r, got[r], role, ok)
		}
	}
	for r := range want {
		if _, ok := got[r]; !ok {
			t.Errorf("%s is not served", r)
		}
	}
}

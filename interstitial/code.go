package interstitial

import "slices"

// Code names why a request failed. It is the value of the Sekisho-Error
// response header and the key into failures.json, where the words are.
type Code string

// The failures that have a page of their own. A value outside this list is
// shown, and reported in the header, as [CodeInternal].
const (
	// The name.
	CodeNoSuchName Code = "name-not-found"
	CodeNameFailed Code = "name-lookup-failed"

	// The connection.
	CodeRefused     Code = "connection-refused"
	CodeTimeout     Code = "connection-timeout"
	CodeUnreachable Code = "unreachable"

	// The proxy that sekisho goes through itself.
	CodeUpstreamProxy      Code = "upstream-proxy"
	CodeUpstreamProxyLogin Code = "upstream-proxy-login"

	// What sekisho refuses to do.
	CodeAddress     Code = "address-refused"
	CodePort        Code = "port-refused"
	CodeSelf        Code = "self-loop"
	CodeClient      Code = "client-refused"
	CodeDecision    Code = "decision-refused"
	CodeBadRequest  Code = "bad-request"
	CodeMisdirected Code = "misdirected"
	CodeLimit       Code = "too-many-connections"
	CodeUnchecked   Code = "sign-in-not-checked"
	CodeUnrecorded  Code = "not-recorded"
	CodeNotProxy    Code = "not-a-proxy-request"

	// The origin's certificate.
	CodeTLSExpired   Code = "certificate-expired"
	CodeTLSNotYet    Code = "certificate-not-yet-valid"
	CodeTLSHost      Code = "certificate-wrong-host"
	CodeTLSUntrusted Code = "certificate-untrusted"
	CodeTLSWeak      Code = "certificate-weak"
	CodeTLSRevoked   Code = "certificate-revoked"
	CodeTLSInvalid   Code = "certificate-invalid"
	CodeTLSOwnCA     Code = "certificate-own-ca"

	// The origin's TLS and HTTP.
	CodeTLSProtocol     Code = "tls-protocol"
	CodeTLSHandshake    Code = "tls-handshake"
	CodeUpstreamClosed  Code = "upstream-closed"
	CodeUpstreamInvalid Code = "upstream-invalid"
	CodeUpstreamTimeout Code = "upstream-timeout"
	CodePageUnread      Code = "page-not-read"

	// sekisho itself.
	CodeInternal Code = "internal"
)

// Status returns the HTTP status that goes with c: 502 where the origin could
// not be reached or verified, 504 where it was reached and stayed silent, 4xx
// where sekisho refused, 503 at a limit, and 500 for an unknown code.
func (c Code) Status() int { return failureFor(c).Status }

// known returns c, or CodeInternal when c has no page.
func (c Code) known() Code {
	if _, ok := failures()[c]; ok {
		return c
	}
	return CodeInternal
}

// Codes returns every code that has a page, sorted.
func Codes() []string {
	all := make([]string, 0, len(failures()))
	for c := range failures() {
		all = append(all, string(c))
	}
	slices.Sort(all)
	return all
}

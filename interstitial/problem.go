package interstitial

import (
	"encoding/json"
	"net/http"
	"strings"
)

// problemTypes is the base of the type URIs. They identify; nothing is served
// there.
const problemTypes = origin + "problems/"

// problem is the body of an answer to a request that cannot show a page, by
// RFC 9457, with extension members after instance.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"` // in the language asked for, as is Detail
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"`
	Incident string `json:"incident,omitempty"`
	Host     string `json:"host,omitempty"`
	Code     Code   `json:"code,omitempty"`
	Severity string `json:"severity,omitempty"`
	Sent     *bool  `json:"sent,omitempty"` // of a held request alone
}

// Problem returns w as application/problem+json for requests that are no
// navigation. Its status is 403. Type ends in "blocked" for red and in
// "unconfirmed" for amber.
func (w Warning) Problem() []byte {
	lang := speak(w.Lang).Lang
	p := problem{
		Type:     problemTypes + "blocked",
		Status:   http.StatusForbidden,
		Detail:   phrases()[w.reason()][lang],
		Instance: ownPage(w.Page),
		Incident: identifier(w.Incident),
		Host:     clean(w.Host.String(), maxName),
		Severity: severityRed,
	}
	key := "problem.blocked"
	if w.amber() {
		p.Type, p.Severity, key = problemTypes+"unconfirmed", severityAmber, "problem.held"
	}
	if w.Door == doorGuard {
		p.Type, p.Sent, p.Detail = problemTypes+"held", w.Sent, phrases()["problem.held.detail"][lang]
		if w.amber() {
			p.Type = problemTypes + "held-unconfirmed"
		}
	}
	p.Title = phrases()[key][lang]
	return p.encode()
}

// SetProblemHeaders sets the response headers for [Warning.Problem].
func (w Warning) SetProblemHeaders(h http.Header) {
	setProblem(h)
	setIncident(h, w.Incident)
}

// Problem returns f as application/problem+json. Its status is
// f.Code.Status(); type ends in the code, and detail is the cause.
func (f Failure) Problem() []byte {
	c := f.Code.known()
	e, w := failureFor(c), speak(f.Lang)
	said := e.in(w.Lang)
	detail := strings.ReplaceAll(said.What, "`", "")
	if cause, _ := w.detail(f.Detail); cause != "" {
		detail += " (" + cause + ")"
	}
	return problem{
		Type:   problemTypes + string(c),
		Title:  strings.ReplaceAll(said.Title, "`", ""),
		Status: e.Status,
		Detail: detail,
		Host:   clean(f.Host, maxName),
		Code:   c,
	}.encode()
}

// SetProblemHeaders sets the response headers for [Failure.Problem].
func (f Failure) SetProblemHeaders(h http.Header) {
	setProblem(h)
	h.Set("Sekisho-Error", string(f.Code.known()))
}

// setProblem sets what every problem needs.
func setProblem(h http.Header) {
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	setCommonHeaders(h)
}

// encode writes p as JSON with a final newline. Strings and numbers always
// encode.
func (p problem) encode() []byte {
	b, _ := json.Marshal(p)
	return append(b, '\n')
}

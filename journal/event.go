package journal

import (
	"crypto/rand"
	"time"
)

// Values of [Event.Door]: where the event came in.
const (
	DoorProxy   = "proxy"
	DoorDNS     = "dns"
	DoorPage    = "page"
	DoorGuard   = "guard"
	DoorConsole = "console"
	DoorSystem  = "system"
)

// Values of [Event.Action]. ActionHold is a request that stopped before a byte
// of its body left; ActionRelease is a person who chose to go on.
const (
	ActionAllow   = "allow"
	ActionWarn    = "warn"
	ActionBlock   = "block"
	ActionHold    = "hold"
	ActionRelease = "release"
)

// Values of [Event.Severity].
const (
	SeverityRed   = "red"
	SeverityAmber = "amber"
	SeverityInfo  = "info"
)

// Values of [Event.Technique] on the events of door [DoorSystem] that the
// journal writes about itself.
const (
	// TechniqueLost says that ids are missing; the detail says how many.
	TechniqueLost = "records-lost"
	// TechniqueReplaced says that the journal begins anew in another file,
	// because the one before was moved aside or disappeared.
	TechniqueReplaced = "journal-replaced"
)

// Values of [Event.Technique] on notes about clients and about sekisho, which the
// proxy writes and others read.
const (
	// TechniqueStranger says that a client does not trust the authority,
	// TechniqueStrangeProgram that one program on it does not, and
	// TechniqueTrusting that it does since.
	TechniqueStranger       = "untrusting"
	TechniqueStrangeProgram = "untrusting-program"
	TechniqueTrusting       = "trusting"
	// TechniquePinned says that a program takes no certificate but its own at a
	// host, and TechniqueForeign that a client speaks something else than HTTP.
	TechniquePinned  = "pinned"
	TechniqueForeign = "other-protocol"
	// TechniqueClientCertificate says that a site asks for a client certificate.
	TechniqueClientCertificate = "client-certificate"
	// TechniqueCall says that WebRTC went to a site that nobody vouches for.
	TechniqueCall = "web-call"
	// TechniqueCAEnds says that the authority ends soon.
	TechniqueCAEnds = "authority-ends"
	// TechniqueAppeal is what a visitor says about a warning.
	TechniqueAppeal = "appeal"
)

// Techniques of what is held whatever people decided about a site, as package dossier
// has them.
const (
	techniqueProtectedSignIn   = "protected-sign-in"
	techniqueProtectedPassword = "protected-password"
	techniqueAmazonFields      = "amazon-fields"
)

// heldAlways reports whether an event of this technique and rank stopped something that
// no decision about its site lets pass: the sign-in or password of a protected account, or
// Amazon's own fields.
func heldAlways(technique string, rank int) bool {
	switch technique {
	case techniqueProtectedPassword:
		return true
	case techniqueProtectedSignIn, techniqueAmazonFields:
		return rank == severest
	}
	return false
}

// CertificateRefused begins the technique of an event about a site whose certificate
// was refused; the reason follows, as in "certificate-expired".
const CertificateRefused = "certificate-"

// Event is one decision. Empty fields do not apply and are absent from JSON.
// Its strings hold nothing of a URL but the host, and nothing that a person
// typed but the reason of an appeal against a warning. What [Journal.Record] returns and a [Reader] yields is already clean:
// bounded, valid UTF-8, printable.
type Event struct {
	// ID and Time are set by Record. IDs ascend in the order of commits; a
	// gap means a lost record. A Time that the caller sets is kept. It has
	// whole milliseconds and is in UTC.
	ID   int64     `json:"id"`
	Time time.Time `json:"time"`

	Door   string `json:"door,omitempty"`
	Client string `json:"client,omitempty"` // an IP address without port
	Device string `json:"device,omitempty"` // the client's name, when known
	Host   string `json:"host,omitempty"`   // in ASCII, as hostname.Name.String gives it

	Action    string  `json:"action,omitempty"`
	Severity  string  `json:"severity,omitempty"`
	Ground    string  `json:"ground,omitempty"`
	Technique string  `json:"technique,omitempty"`
	Target    string  `json:"target,omitempty"`
	Score     float64 `json:"score,omitempty"` // 0 to 1; 0 is none
	Detail    string  `json:"detail,omitempty"`

	Signs   []string `json:"signs,omitempty"`   // stable names of the signs found
	Fields  []string `json:"fields,omitempty"`  // names of credential fields, never values
	Account string   `json:"account,omitempty"` // label of the protected account

	// Sent is false when nothing of the request reached the site, true when
	// something did, and nil when that is unknown.
	Sent *bool `json:"sent,omitempty"`
	// Observed says that Action is what would have happened: in mode observe it was
	// recorded, and passed. [Journal.Record] fills it in.
	Observed bool `json:"observed,omitempty"`

	// What was seen of the certificate of the site: the organisation that issued
	// it, in the site's own words, and its validity, in whole seconds.
	CertIssuer    string    `json:"cert_issuer,omitempty"`
	CertNotBefore time.Time `json:"cert_not_before,omitzero"`
	CertNotAfter  time.Time `json:"cert_not_after,omitzero"`

	// Incident joins the events of one visit; see [NewIncident].
	Incident string `json:"incident,omitempty"`
}

// incidentLen is 26 because that many base32 digits carry 130 bits, which
// nobody guesses.
const incidentLen = 26

// crockford is the alphabet of Crockford's base32: no I, L, O or U, so that an
// id can be read out over the telephone.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewIncident returns a fresh incident id: 26 characters of Crockford's base32
// in upper case, unguessable, and safe in a URL path, a header and a file
// name. It is safe for concurrent use.
func NewIncident() string {
	var b [incidentLen]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	for i, v := range b {
		b[i] = crockford[v&31]
	}
	return string(b[:])
}

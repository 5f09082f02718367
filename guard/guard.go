// Package guard recognises credentials in a request: a sign-in ID, a password,
// a one-time code, in whatever shape a page chose to send them.
//
// A request is read in three steps. Its body is unwrapped (packages coding and
// charset); decoders, one a file and listed in the table decoders, turn
// it and the target into fields, each a name and a value; and what the fields
// are called (package vocabulary), what the page said of them and what they hold
// decide together what the request does.
//
// The package is pure. It knows no site, keeps nothing, and does not judge
// whether a credential may go where it goes. What it returns names fields by
// words of its own vocabulary, never by bytes of the request, so that a
// password sent in place of a name cannot come out in a log; the values are
// Secrets, which no formatter prints.
package guard

import (
	"net/http"

	"sekisho/hostname"
)

// MaxBody is how much of a body the caller holds and gives to [Inspect]. What
// follows is read in passing by a [Stream]. A sign-in is a few hundred bytes;
// one MiB leaves no room to hide it behind padding that a person would wait for.
const MaxBody = 1 << 20

// Head is what precedes the body. Target is the request target in origin-form,
// path and query as sent. Header is read only, its keys in canonical form.
type Head struct {
	Host   hostname.Name
	Method string
	Target string
	Header http.Header
}

// Hints is what the caller knows besides the request.
type Hints struct {
	// Purposes gives for the name of a field what the served page said of it:
	// the autocomplete token of HTML, section 4.10.18.7, one of
	// "current-password", "new-password", "username", "one-time-code"; or "password", where
	// some forms have the name for the current one and others for a new one.
	// It goes before the vocabulary.
	Purposes map[string]string

	// Elsewhere says that this page is of another site than the request goes to. Forms
	// are sent there too, in the body; but what tools for statistics ask for has names of
	// a letter, and is none of them.
	Elsewhere bool

	// Known reports whether id, as typed, is a protected sign-in ID; nil for
	// none. It is called up to 1024 times a request, with e-mail addresses,
	// telephone numbers and what fields for IDs hold, and must not keep id.
	Known func(id []byte) bool

	// Suspicious says that the site has signs of Amazon, or was held for what
	// it was sent. Then every value of a plausible length is a candidate,
	// whatever its field is called.
	Suspicious bool

	// Follows says that the request comes within minutes after a protected ID
	// went to the site, which may be the first of two steps. Then the values of any
	// name are candidates too; unlike Suspicious it makes nothing of a sign-in or a code.
	Follows bool

	// Sparing says that something speaks for the site that Follows is said of: people sign
	// in there, and its pages send their address with much else. Then a step is a request
	// that holds little, or a value that has the looks of a password: see sparing.
	Sparing bool

	// Prompts says that a page of the site, or the one that sends, asks for a password to sign
	// in with, and that nothing speaks for them. What the page calls its field is not what a
	// script must call it when it sends it: an ID with one value that looks like a password,
	// and hardly more, is a sign-in then whatever its fields are called.
	Prompts bool

	// AfterCopy says that the client met a copy of Amazon's sign-in lately, and
	// that the site is new. Then six digits are a one-time code whatever they are called.
	AfterCopy bool

	// Thorough says that nothing speaks for the site, so that up to 32
	// candidates are worth their time rather than 8.
	Thorough bool
}

// Act is what a request does with credentials.
type Act uint8

// The acts, as the names, purposes and values together tell.
const (
	Nothing  Act = iota // no credential
	Identify            // a sign-in ID alone, the first of two steps
	SignIn              // a password, with or without an ID
	Code                // a one-time code alone
	Register            // a new account with a password
	Change              // an old password for a new one
	Keep                // a password that is for something else: a mail server, a network, a file
)

var actNames = [...]string{"nothing", "identify", "sign-in", "code", "register", "change", "keep"}

func (a Act) String() string {
	if int(a) < len(actNames) {
		return actNames[a]
	}
	return "unknown"
}

// The most of each that a Finding carries: each password costs the verifier
// about 50 ms, and a form has one or two. A page that hides the password among
// others gets more of them compared, where nothing speaks for its site.
const (
	maxIDs        = 8
	maxPasswords  = 8
	maxThorough   = 32
	formPasswords = 4 // distinct ones in one form: old, new, its repetition slipped, one to spare
	maxCodes      = 4
	maxFields     = 16
)

// Finding is what a request carries. The zero Finding is nothing.
type Finding struct {
	Act Act

	// Amazon says that the fields are those of Amazon's own sign-in: two or
	// more of its exact names beside a value for one of its inputs.
	Amazon bool

	// Fields names the fields that hold the values, by the word of the vocabulary that
	// matched, or what Hints.Purposes says of the name; "(other)" stands for every other
	// name. No byte of a request or a page is in it.
	Fields []string

	// Signs says in fixed words how the values were wrapped and recognised.
	Signs []string

	// IDs and Passwords come with the likeliest first. Under any Act,
	// Passwords may hold values that merely could be one: when an ID is
	// known or the site suspicious, names decide nothing.
	IDs, Passwords, Codes []Secret

	// Beside are IDs that stand where browsers send them unasked, as in a cookie.
	// They say who is signed in, and no more, unless a password comes with them.
	Beside []Secret

	// Excused says that a password stands in a field as a form for signing in has one, or in
	// one that is called that of something else, and that nothing but the names of
	// fields, which a page makes up, makes it no sign-in.
	Excused bool

	// Named is how many of Passwords, from the first on, stand in fields whose
	// names, or the page, say a password to sign in with. It is 0 unless Act
	// is SignIn. The others have names that say nothing.
	Named int

	// Typed is how many of Passwords, from the first on, stand in fields whose
	// names, or the page, say a password of any kind: the present one, an old
	// one, a new one, its repetition. It does not depend on Act, which a page
	// changes by adding a field.
	Typed int

	// Made says that one of Typed has the form of what programs make, as digests and
	// tokens have: its page may have changed what was typed.
	Made bool

	// Shaped says that the request is a sign-in by its form and no name (Hints.Prompts).
	Shaped bool

	// More says that there were more passwords by name than a form has and
	// than Passwords carries, so that the true one may be among those left out.
	More bool

	// Hidden says that beside a protected ID, or in the request after it, there
	// were more values of any name than are compared that look like a person's
	// passwords, so that the true one may be among those left out. Rows of a
	// table, events, orders do not have such. It is not set where something
	// speaks for the site. A caller that compares no more of them for having
	// compared many sets it too.
	Hidden bool

	// Likely is how many of Passwords, from the first on, are so by name, look thought up
	// by a person or, up to 16, do not look made by a program: what the others cost need
	// not be waited for.
	Likely int

	// Tries is empty unless WithID or Followed. It is as long as
	// Passwords then, and says which of them look thought up by a person and
	// stand under a name that says nothing: equal numbers for the same name,
	// but for the digits at its end, and 0 for all others. The numbers mean nothing outside
	// this process. Followed alone has no numbers but TryLone and TrySaid.
	Tries []uint64

	// WithID says that one of IDs is a protected one.
	WithID bool

	// Followed says that the request comes after the ID (Hints.Follows), without it and
	// without a field for passwords.
	Followed bool

	// Pair says that the request sends a protected ID with one value or two
	// besides, or as few after it, as a form for signing in does whatever its fields are called.
	Pair bool

	// Undecoded says that part of the body could not be read: an unknown or
	// broken coding, more than two of them, or a decompression bomb.
	Undecoded bool

	// Bomb says that the body, or a value in it, was not read to its end because it is
	// longer than MaxBody and two hundred times as long as it came, or longer than 64 MiB.
	// Programs hardly send such, and a page may to hide what lies behind.
	Bomb bool
}

// Keep drops those of Passwords that are not kept, and asks of those alone that stand in
// no field for passwords. try is the number of one in Tries, or 0.
func (f *Finding) Keep(kept func(p Secret, try uint64) bool) {
	n, tried := f.Typed, len(f.Tries) == len(f.Passwords)
	likely := min(f.Typed, f.Likely)
	for i := n; i < len(f.Passwords); i++ {
		try := uint64(0)
		if tried {
			try = f.Tries[i]
		}
		if !kept(f.Passwords[i], try) {
			clear(f.Passwords[i].Bytes())
			continue
		}
		if i < f.Likely {
			likely++
		}
		f.Passwords[n] = f.Passwords[i]
		if tried {
			f.Tries[n] = f.Tries[i]
		}
		n++
	}
	if f.Likely, f.Passwords = likely, f.Passwords[:n]; tried {
		f.Tries = f.Tries[:n]
	}
}

// Wipe overwrites the values with zeroes and forgets them. The copies that
// [Secret.Bytes] gave out are the same memory.
func (f *Finding) Wipe() {
	for _, list := range [][]Secret{f.IDs, f.Passwords, f.Codes, f.Beside} {
		for _, s := range list {
			clear(s.Bytes())
		}
	}
	f.IDs, f.Passwords, f.Codes, f.Beside, f.Tries, f.Likely = nil, nil, nil, nil, nil, 0
}

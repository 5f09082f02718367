// Package imitation recognises copies of Amazon's sign-in in what a site sends:
// documents, scripts, JSON, response headers, and the requests that a copied
// page makes.
//
// It reads a response as it streams, in this order: content encoding, character
// encoding, tokens of HTML or bytes of a script, text made plain, signs. The
// signs, their weights and where they come from are in signs.tsv. One sign is
// never enough, and neither are several of one kind; see [Copy].
//
// What the package leaves to others: whose host it is (genuine Amazon is never
// handed to it), what was seen of the site before, and what is done about it.
// It keeps no body, no address and no header value.
package imitation

import (
	"net/http"
	"slices"

	"sekisho/hostname"
)

// Grade says how far a response resembles Amazon's sign-in.
type Grade uint8

const (
	// None: not a sign.
	None Grade = iota
	// Traces: some sign of Amazon, as on any page about it.
	Traces
	// Suspect: Amazon's name and a form for credentials, short of the line.
	Suspect
	// Copy: evidence of a credential form, signs of at least two independent
	// classes, and together over the line.
	Copy
)

// String returns the grade in lower case.
func (g Grade) String() string {
	switch g {
	case Traces:
		return "traces"
	case Suspect:
		return "suspect"
	case Copy:
		return "copy"
	}
	return "none"
}

// Content says how much a document has to read. What scripts put there later
// is not in it.
type Content uint8

const (
	// Unknown: no document, or nothing of it was read.
	Unknown Content = iota
	// Shell: next to nothing, and a script. Whatever it shows, a script brings.
	Shell
	// Page: something.
	Page
	// Article: so much that a script can hardly be all there is to it.
	Article
)

// Form says what the page's fields ask for.
type Form struct{ Password, NewPassword, Username, Code bool }

// PartFramed is the sign of a page that is a whole sign-in of Amazon's but for its fields,
// and has a frame where they belong.
const PartFramed = "part-framed"

// Result is what was found so far. It holds no text of the page except names
// of fields.
type Result struct {
	Grade Grade
	Score int      // sum of the weights that count
	Signs []string // names in signs.tsv, in its order; with None too: a password field is one
	Form  Form
	// Purposes maps the name of a field, or the id of one without, to what HTML says it is for:
	// current-password, new-password, username or one-time-code; password, if some forms have
	// it for the current one and others for a new one. At most 64.
	Purposes map[string]string
	// Drawn is set when there is a field for a password, in the markup or made by a script.
	// What it is called when it is sent nobody knows for sure: a script may send it.
	Drawn bool
	// Relay is set when the response carries what only Amazon's own servers
	// send: the site passes the genuine pages through.
	Relay bool
	// Data is set for JSON, for what a script may take for it, and for texts that it
	// fetches: the source of a mail, a table, notes.
	Data bool
	// Content is that of the document so far; Unknown for what is none.
	Content Content
}

// Fields returns the signs of fields for a secret, those that a script of the document's own
// makes included, and of one for a name that has Amazon's own label.
func (r *Result) Fields() (names []string) {
	for _, field := range [...]struct {
		there bool
		sign  int
	}{
		{r.Form.Password || slices.Contains(r.Signs, signs[scriptPassword].name), passwordField},
		{r.Form.NewPassword, newPasswordField},
		{r.Form.Code || slices.Contains(r.Signs, signs[scriptCode].name), codeField},
		{slices.Contains(r.Signs, signs[partForm].name), nameField},
	} {
		if field.there {
			names = append(names, signs[field.sign].name)
		}
	}
	return names
}

var scriptCode = known("script-code")

// Response is the head of a response. Target is path and query; it is judged,
// never kept. Header is read during [Watch] only.
type Response struct {
	Host   hostname.Name
	Target string
	Status int
	Header http.Header
	// Dest is the request's Sec-Fetch-Dest, what the body is for, "" when nobody
	// says. Browsers run a script whatever its type says.
	Dest string
}

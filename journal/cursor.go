package journal

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// ErrCursor is returned for a cursor that no query gave out, or that another
// query did.
var ErrCursor = errors.New("invalid cursor")

// Kinds of lists that have cursors.
const (
	listEvents    = 'e'
	listIncidents = 'i'
	listAudit     = 'a'
)

// maxCursor bounds the text of a cursor, in bytes: that of the longest is
// shorter.
const maxCursor = 64

// position says where the next page of a list, newest first, begins. Its text is
// not secret and not signed: whoever makes one up reads at another place of
// what the caller lets them read anyway.
type position struct {
	list         byte
	before       int64  // the page has smaller ids
	filter       uint64 // what was asked for, see fingerprint
	since, until *int64 // the frozen time range, in milliseconds
}

// Bits of the byte that says which ends the time range has.
const (
	hasSince = 1 << iota
	hasUntil
)

// String is base64url of: the list, which ends there are, the filter in eight
// bytes, and the rest as varints.
func (c position) String() string {
	b := append(make([]byte, 0, maxCursor), c.list, 0)
	b = binary.BigEndian.AppendUint64(b, c.filter)
	b = binary.AppendVarint(b, c.before)
	if c.since != nil {
		b[1] |= hasSince
		b = binary.AppendVarint(b, *c.since)
	}
	if c.until != nil {
		b[1] |= hasUntil
		b = binary.AppendVarint(b, *c.until)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what String wrote and nothing else: there is one text for
// a cursor.
func parseCursor(s string) (c position, err error) {
	bad := fmt.Errorf("%w %q", ErrCursor, cleanText(s, maxCursor))
	if len(s) > maxCursor {
		return position{}, bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 10 {
		return position{}, bad
	}
	c.list, c.filter = b[0], binary.BigEndian.Uint64(b[2:])
	ends, rest := b[1], b[10:]
	number := func() (n int64) {
		n, size := binary.Varint(rest)
		if size <= 0 {
			rest, err = nil, bad
			return 0
		}
		rest = rest[size:]
		return n
	}
	c.before = number()
	if ends&hasSince != 0 {
		n := number()
		c.since = &n
	}
	if ends&hasUntil != 0 {
		n := number()
		c.until = &n
	}
	if err != nil || !c.sound() || c.String() != s { // an overlong number, or more behind it
		return position{}, bad
	}
	return c, nil
}

// sound reports whether c could have come from a query.
func (c position) sound() bool {
	for _, ms := range []*int64{c.since, c.until} {
		if ms != nil && (*ms < minMillis || *ms > maxMillis+1) {
			return false
		}
	}
	return c.before > 0 && c.before <= maxID
}

// resume reads the cursor of a list; filter is what is asked for now. The empty
// cursor is none.
func resume(s string, list byte, filter uint64) (*position, error) {
	if s == "" {
		return nil, nil
	}
	c, err := parseCursor(s)
	if err != nil {
		return nil, err
	}
	if c.list != list || c.filter != filter {
		return nil, fmt.Errorf("%w: it is of another list or filter", ErrCursor)
	}
	return &c, nil
}

// Check reports [ErrCursor] for a cursor that no [Reader.Search] for f gave out.
func (f Filter) Check(cursor string) error {
	q := f.query()
	_, err := resume(cursor, listEvents, q.fingerprint())
	return err
}

// fingerprint tells filters apart, so that a cursor is not used with another
// one by mistake.
func fingerprint(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(p), p) // never fails
	}
	return h.Sum64()
}

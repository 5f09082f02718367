package console

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"time"

	"sekisho/journal"
	"sekisho/presence"
)

const (
	// seenFor is how far back clients count as in use.
	seenFor = 30 * 24 * time.Hour
	// staleAfter is how long what was seen of a device counts as in use: a week's
	// holiday. leftAfter is the same beside other signs of life: who has gone on
	// asking the resolver for a day without the proxy has left the proxy.
	staleAfter, leftAfter = 7 * 24 * time.Hour, 24 * time.Hour
	// maxClients bounds the clients that the overview shows, maxDevices those of
	// their own page.
	maxClients, maxDevices = 50, 200
)

// thisMachine is how a program on this computer comes to us, as a rule.
const thisMachine = "127.0.0.1"

// way is what is known of one of the things that protect a client.
type way struct {
	// State is yes, no, unknown, or before: it was in use, but not of late.
	State string
	Last  time.Time // when it was seen last, or its refusal; zero for never
}

// newWay tells of what was seen last at a time, of a client that was at another.
func newWay(at, client time.Time) way {
	switch {
	case at.IsZero():
		return way{"unknown", at}
	case time.Since(at) > staleAfter || client.Sub(at) > leftAfter:
		return way{"before", at}
	}
	return way{"yes", at}
}

// latest is the last of some times.
func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// shownWay is a way for a page.
type shownWay struct {
	words
	way
}

// Way returns what a page shows of a way.
func (w words) Way(x way) shownWay { return shownWay{w, x} }

// clientRow says how far a client is protected.
type clientRow struct {
	journal.ClientSeen
	Here           bool // whether it is this computer
	Proxy, CA, DNS way
	// Foreign says that a program there speaks something else than HTTP inside TLS,
	// which is passed on unread.
	Foreign bool
	// Doubt is the technique of the last day's note about a program there that does not
	// trust the authority, though CA says that others do; "" is none.
	Doubt string
}

// clients returns the clients that were seen since then, the one seen last first and
// limit at most, with this computer in front whether or not it was seen. more says
// that there are others.
func (s *Server) clients(ctx context.Context, j *journal.Reader, since time.Time, limit int) (rows []clientRow, more bool, err error) {
	present := s.options.Presence.Since(since)
	more = len(present) > limit
	present = present[:min(len(present), limit)]
	known := map[string]presence.Client{}
	also := []string{thisMachine}
	for _, p := range present {
		known[p.Addr.String()] = p
		also = append(also, p.Addr.String())
	}
	var list []journal.ClientSeen
	if j == nil { // nothing was recorded yet
		for _, client := range slices.Compact(slices.Sorted(slices.Values(also))) {
			list = append(list, journal.ClientSeen{Client: client})
		}
	} else {
		var others bool
		if list, others, err = j.Clients(ctx, since, limit, also...); err != nil {
			return nil, false, err
		}
		more = more || others
	}
	for _, c := range list {
		p, ok := known[c.Client]
		if !ok {
			p = s.presenceOf(c.Client)
		}
		rows = append(rows, newClientRow(c, p))
	}
	slices.SortFunc(rows, func(a, b clientRow) int {
		if first := a.Client == thisMachine; first != (b.Client == thisMachine) {
			return map[bool]int{true: -1, false: 1}[first]
		}
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Client, b.Client))
	})
	return rows[:min(len(rows), limit)], more || len(rows) > limit, nil
}

// client returns what is known of one client, whenever it was seen.
func (s *Server) client(ctx context.Context, j *journal.Reader, client string) (clientRow, error) {
	list := []journal.ClientSeen{{Client: client}}
	if j != nil {
		var err error
		if list, _, err = j.Clients(ctx, time.Time{}, 0, client); err != nil {
			return clientRow{}, err
		}
	}
	return newClientRow(list[0], s.presenceOf(client)), nil
}

// presenceOf returns when a client came, of an address as the journal has it.
func (s *Server) presenceOf(client string) presence.Client {
	addr, _ := netip.ParseAddr(client) // the zero Addr is nobody's
	return s.options.Presence.Of(addr)
}

// doubtAbout is the technique of the newest note about a program that does not trust the
// authority, of those times; "" when it was mended, or not noted within a day: what is
// still so is noted daily.
func doubtAbout(stranger, program, mended time.Time) string {
	technique, at := journal.TechniqueStrangeProgram, program
	if stranger.After(program) {
		technique, at = journal.TechniqueStranger, stranger
	}
	if !at.After(mended) || time.Since(at) > 24*time.Hour {
		return ""
	}
	return technique
}

// newClientRow tells what protects a client from when it came and from its events: one
// of a door shows that the door is used. Nothing known shows nothing. That it trusts the
// authority is shown by handshakes through the proxy alone, of this authority: what was
// read of a site may have come in the clear, and events do not tell of which authority
// they are.
func newClientRow(c journal.ClientSeen, p presence.Client) clientRow {
	row := clientRow{ClientSeen: c, Foreign: !c.Techniques[journal.TechniqueForeign].IsZero()}
	if addr, err := netip.ParseAddr(c.Client); err == nil {
		row.Here = addr.IsLoopback()
	}
	row.Last = latest(row.Last, p.Last())
	row.Proxy = newWay(latest(p.Proxy, c.Doors[journal.DoorProxy], c.Doors[journal.DoorPage], c.Doors[journal.DoorGuard]), row.Last)
	row.DNS = newWay(latest(p.Resolver, c.Doors[journal.DoorDNS]), row.Last)
	row.CA = newWay(p.Trust, p.Trust)
	no, program, mended := c.Techniques[journal.TechniqueStranger], c.Techniques[journal.TechniqueStrangeProgram], c.Techniques[journal.TechniqueTrusting]
	switch {
	case no.After(latest(p.Trust, mended)):
		row.CA = way{"no", no}
	case !p.Trust.IsZero():
		row.Doubt = doubtAbout(no, program, mended)
	}
	return row
}

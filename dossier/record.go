package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"sekisho/hostname"
)

// Bounds of a line of the file, and of the file. A record with all its signs
// is below the first; a full book is far below the second.
const (
	maxLine = 8 << 10
	maxFile = 64 << 20
)

// header is the first line of the file.
type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

var thisFormat = header{"sekisho-dossier", 1}

// record is a site as a line of the file: what must outlive a restart. No
// client, no field, no label of an account is in it.
type record struct {
	Site       string    `json:"site"`
	First      time.Time `json:"first,omitzero"`
	Away       time.Time `json:"away,omitzero"`
	How        string    `json:"how,omitempty"`
	Signs      []string  `json:"signs,omitempty"` // of a site that gave itself away
	Guessed    time.Time `json:"guessed,omitzero"`
	Passed     time.Time `json:"passed,omitzero"`
	Accepted   time.Time `json:"accepted,omitzero"`
	AcceptedID time.Time `json:"accepted_id,omitzero"`
	Held       time.Time `json:"held,omitzero"`
	Proved     time.Time `json:"proved,omitzero"`
	// What was under way: when anybody gave the site a protected ID last, and how
	// many wrong passwords were counted until when, by name and of the name that
	// had most.
	Step    time.Time `json:"step,omitzero"`
	Named   int       `json:"named,omitempty"`
	Tried   int       `json:"tried,omitempty"`
	Counted time.Time `json:"counted,omitzero"`
	// Pardon is of files of before, and says nothing: who is pardoned is what
	// people have decided, which the journal keeps.
	Pardon time.Time `json:"pardon,omitzero"`
}

// parseHeader reads the first line.
func parseHeader(line []byte) error {
	var h header
	if err := strict(line, &h); err != nil {
		return err
	}
	if h != thisFormat {
		return fmt.Errorf("format %q, version %d", h.Format, h.Version)
	}
	return nil
}

// parseRecord reads one other line, written no later than now. Whoever can
// write the file can only write what the book could have written.
func parseRecord(line []byte, now time.Time) (record, error) {
	var r record
	if err := strict(line, &r); err != nil {
		return record{}, err
	}
	n, err := hostname.Parse(r.Site)
	switch {
	case err != nil:
		return record{}, err
	case SiteOf(n) != r.Site:
		return record{}, fmt.Errorf("%q is not a site", r.Site)
	case isAmazon(n):
		return record{}, fmt.Errorf("%q is Amazon's own", r.Site)
	case sharingOf(r.Site) == forms && !(r.Passed.IsZero() && r.Accepted.IsZero() && r.AcceptedID.IsZero()):
		return record{}, errors.New("a place of anybody's forms is not familiar")
	case r.Named < 0 || r.Named > maxGuesses || r.Tried < 0 || r.Tried > maxGuesses || (r.Named+r.Tried > 0) == r.Counted.IsZero():
		return record{}, errors.New("guesses, or none")
	case len(r.Signs) > maxSigns:
		return record{}, errors.New("too many signs")
	case (r.How != "") == r.Away.IsZero():
		return record{}, errors.New("given away, or not")
	case r.How != "" && !showsImitation(r.How):
		return record{}, fmt.Errorf("given away by %q", r.How)
	}
	for _, sign := range r.Signs {
		if !plain(sign) {
			return record{}, fmt.Errorf("sign %q", sign)
		}
	}
	// A clock that was set back may leave times somewhat ahead.
	const ahead = 24 * time.Hour
	for _, t := range []time.Time{r.First, r.Away, r.Guessed, r.Passed, r.Accepted, r.AcceptedID, r.Held, r.Proved, r.Step, r.Counted} {
		if t.After(now.Add(ahead)) {
			return record{}, errors.New("a time to come")
		}
	}
	return r, nil
}

// strict decodes one JSON value with no unknown keys and nothing behind it.
func strict(line []byte, into any) error {
	if len(line) > maxLine {
		return errors.New("line too long")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// plain reports whether sign is a name as the tables of signs have them.
func plain(sign string) bool {
	for _, c := range []byte(sign) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != ':' {
			return false
		}
	}
	return sign != "" && len(sign) <= maxSignLen
}

// record returns what is to be kept of d; ok is false if that is nothing.
func (d *sheet) record(now time.Time) (r record, ok bool) {
	second := func(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
	r = record{
		Site: d.site, First: second(d.first), Guessed: second(d.guessed),
		Passed: second(d.passed), Accepted: second(d.accepted), AcceptedID: second(d.acceptedID),
	}
	if within(awayFor, d.away, now) {
		r.Away, r.How = second(d.away), d.how
		for _, s := range d.signs {
			if plain(s.sign) {
				r.Signs = append(r.Signs, s.sign)
			}
		}
	}
	if within(heldFor, d.held, now) {
		r.Held = second(d.held)
	}
	if within(heldFor, d.proved, now) {
		r.Proved = second(d.proved)
	}
	if step := later(d.gaveID, d.gaveIDBefore); within(stepFor, step, now) {
		r.Step = second(step)
	}
	r.Named, r.Tried, r.Counted = d.counted(now)
	r.Counted = second(r.Counted)
	ok = !r.First.IsZero() || !r.Away.IsZero() || !r.Guessed.IsZero() || !r.Passed.IsZero() || !r.Accepted.IsZero() || !r.AcceptedID.IsZero() || !r.Held.IsZero() || !r.Step.IsZero() || !r.Counted.IsZero()
	return r, ok
}

// restore writes r into a new dossier.
func (d *sheet) restore(r record) {
	d.first, d.away, d.how, d.guessed, d.guessedAt = r.First, r.Away, r.How, r.Guessed, r.Guessed
	d.passed, d.accepted, d.acceptedID = r.Passed, r.Accepted, r.AcceptedID
	d.held, d.proved = r.Held, r.Proved
	d.gaveIDBefore, d.before = r.Step, tally{r.Named, r.Tried, r.Counted}
	if r.How == signInRelay {
		d.relay = r.Away
	}
	d.addSigns(r.Signs, r.Away)
}

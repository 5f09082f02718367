// Package export writes the events of a journal for other programs to read: as lines of
// JSON, and as CSV for spreadsheets.
package export

import (
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"sekisho/journal"
)

// JSON writes events as JSON, one object a line, each with one call of
// Write as soon as it comes, so that it serves a follower as well. Characters
// such as < and & stay themselves. It stops at the first error, of events or
// of w, and returns it.
func JSON(w io.Writer, events iter.Seq2[journal.Event, error]) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// csvHeader names the columns of CSV. New ones go to the end.
var csvHeader = []string{
	"id", "time", "door", "client", "device", "host", "action", "severity", "ground", "technique", "target",
	"score", "detail", "signs", "fields", "account", "sent", "incident",
	"cert_issuer", "cert_not_before", "cert_not_after", "observed",
}

// CSV writes a header and events as CSV (RFC 4180, but with bare newlines,
// and UTF-8 without a byte order mark), each row with one call of Write as
// soon as it comes. Lists are joined by spaces. A field of more than plain
// words is quoted, so that no program finds a separator of its own in it, such
// as the semicolon of many locales; one that a spreadsheet would take for a
// formula is led by an apostrophe. It stops at the first error, of
// events or of w, and returns it.
func CSV(w io.Writer, events iter.Seq2[journal.Event, error]) error {
	if _, err := w.Write(csvRow(nil, csvHeader)); err != nil {
		return err
	}
	var buf []byte
	for e, err := range events {
		if err != nil {
			return err
		}
		buf = csvRow(buf[:0], csvFields(e))
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}

// csvPlain is what a field may consist of and stay unquoted, unless it is a formula.
const csvPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"

func csvFields(e journal.Event) []string {
	var score, sent, observed string
	if e.Score != 0 {
		score = strconv.FormatFloat(e.Score, 'f', -1, 64)
	}
	if e.Sent != nil {
		sent = strconv.FormatBool(*e.Sent)
	}
	if e.Observed {
		observed = "true"
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	return []string{
		strconv.FormatInt(e.ID, 10), e.Time.Format(time.RFC3339Nano), e.Door, e.Client, e.Device, e.Host,
		e.Action, e.Severity, e.Ground, e.Technique, e.Target, score, e.Detail,
		strings.Join(e.Signs, " "), strings.Join(e.Fields, " "), e.Account, sent, e.Incident,
		e.CertIssuer, day(e.CertNotBefore), day(e.CertNotAfter), observed,
	}
}

func csvRow(b []byte, fields []string) []byte {
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		if strings.Trim(f, csvPlain) == "" && !formula(f) {
			b = append(b, f...)
			continue
		}
		b = append(b, '"')
		if formula(f) {
			b = append(b, '\'')
		}
		b = append(b, strings.ReplaceAll(f, `"`, `""`)...)
		b = append(b, '"')
	}
	return append(b, '\n')
}

// formula reports whether a spreadsheet may take s for a formula. Japanese
// versions read the full-width forms alike, and some skip leading spaces. See
// https://owasp.org/www-community/attacks/CSV_Injection.
func formula(s string) bool {
	s = strings.TrimLeft(s, " \u3000")
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, lead) {
			return true
		}
	}
	return false
}

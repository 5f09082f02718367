package interstitial

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"

	"sekisho/details"
)

//go:embed text.json
var textFile []byte

// phrase is one text in every language.
type phrase map[Lang]string

// phrases is text.json by key. The file is part of the binary and held sound
// by the tests, so an error in it is a bug in this repository.
var phrases = sync.OnceValue(func() map[string]phrase {
	var m map[string]phrase
	if err := json.Unmarshal(textFile, &m); err != nil {
		panic("interstitial: text.json: " + err.Error())
	}
	return m
})

// words gives a view its language; templates call its methods.
type words struct{ Lang Lang }

// speak returns the words of l, or the Japanese ones for an unknown language.
func speak(l Lang) words {
	l, _ = ParseLang(string(l))
	return words{l}
}

// Other returns the language that is not w's.
func (w words) Other() Lang {
	if w.Lang == English {
		return Japanese
	}
	return English
}

// T returns the text called key, with args put in as fmt.Sprintf does. The
// result is plain text. An unknown key fails the page, which a test notices.
func (w words) T(key string, args ...any) (string, error) {
	s := phrases()[key][w.Lang]
	if s == "" {
		return "", fmt.Errorf("no text %q in %q", key, w.Lang)
	}
	if len(args) > 0 {
		s = fmt.Sprintf(s, args...)
	}
	return s, nil
}

// R returns the text called key with `code` marked up. It takes no arguments,
// so nothing hostile comes near the markup.
func (w words) R(key string) (template.HTML, error) {
	s, err := w.T(key)
	return rich(s), err
}

// detail returns what an event says of itself, or a cause, for a page in w's language, and
// the language that it is in: what is none of sekisho's own sentences stays as it is.
func (w words) detail(s string) (string, Lang) {
	if w.Lang == Japanese {
		if said, ok := details.Japanese(s); ok {
			return clean(said, maxDetail), Japanese
		}
	}
	return clean(s, maxDetail), English
}

// Has reports whether there is a text called key.
func (w words) Has(key string) bool { return phrases()[key][w.Lang] != "" }

// rich escapes one of our own texts and turns what stands between backticks
// into a code element.
func rich(s string) template.HTML {
	var b strings.Builder
	for i, part := range strings.Split(s, "`") {
		if i%2 == 1 {
			b.WriteString("<code>" + template.HTMLEscapeString(part) + "</code>")
			continue
		}
		b.WriteString(template.HTMLEscapeString(part))
	}
	return template.HTML(b.String())
}

// jst needs no time zone database: Japan has kept this offset since 1952.
var jst = time.FixedZone("JST", 9*60*60)

// moment is a point in time as the record shows it.
type moment struct {
	Machine string // RFC 3339 in JST
	JST     string
	Local   string // in the zone of the value given, or empty when that is JST's
}

// moment formats t, or returns nil for the zero time.
func (w words) moment(t time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	m := &moment{Machine: t.In(jst).Format(time.RFC3339)}
	layout, local := "2006年1月2日 15:04:05（日本時間）", "2006年1月2日 15:04:05（UTC-07:00）"
	if w.Lang == English {
		layout, local = "2 January 2006, 15:04:05 Japan time", "2 January 2006, 15:04:05 (UTC-07:00)"
	}
	m.JST = t.In(jst).Format(layout)
	if _, offset := t.Zone(); offset != 9*60*60 {
		m.Local = t.Format(local)
	}
	return m
}

// span tells a duration in the largest units that keep it readable: minutes,
// hours and minutes, or days and hours. It rounds up to a minute.
func (w words) span(d time.Duration) string {
	minutes := int64(d / time.Minute)
	if d%time.Minute > 0 || minutes == 0 {
		minutes++
	}
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	switch {
	case days == 1 && hours == 0 && minutes == 0:
		return w.count(24, "時間", "hour")
	case days > 0:
		return w.join(w.count(days, "日", "day"), w.count(hours, "時間", "hour"))
	default:
		return w.join(w.count(hours, "時間", "hour"), w.count(minutes, "分", "minute"))
	}
}

// count writes n with its unit, or nothing for none.
func (w words) count(n int64, ja, en string) string {
	switch {
	case n == 0:
		return ""
	case w.Lang != English:
		return fmt.Sprintf("%d %s", n, ja)
	case n == 1:
		return "1 " + en
	}
	return fmt.Sprintf("%d %ss", n, en)
}

// join puts two counts together, of which either may be empty.
func (w words) join(a, b string) string { return strings.TrimSpace(a + " " + b) }

package interstitial

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"
)

//go:embed failures.json
var failureFile []byte

// failureEntry is one line of failures.json.
type failureEntry struct {
	Code   Code        `json:"code"`
	Status int         `json:"status"`
	JA     failureText `json:"ja"`
	EN     failureText `json:"en"`
}

// failureText is one failure in one language. `Code` in it is marked up.
type failureText struct {
	Title string   `json:"title"` // the heading
	What  string   `json:"what"`  // what happened
	You   []string `json:"you"`   // what the visitor can do
	Owner []string `json:"owner"` // what the administrator can do
}

// failures is failures.json by code. As with text.json, an error in the file
// is a bug in this repository.
var failures = sync.OnceValue(func() map[Code]failureEntry {
	var list []failureEntry
	if err := json.Unmarshal(failureFile, &list); err != nil {
		panic("interstitial: failures.json: " + err.Error())
	}
	m := make(map[Code]failureEntry, len(list))
	for _, e := range list {
		m[e.Code] = e
	}
	return m
})

// failureFor returns the entry of c, or that of [CodeInternal].
func failureFor(c Code) failureEntry { return failures()[c.known()] }

// in returns the entry's words in l.
func (e failureEntry) in(l Lang) failureText {
	if l == English {
		return e.EN
	}
	return e.JA
}

// minSkew is how far a clock may be off before a page mentions it.
const minSkew = 2 * time.Minute

// Failure is the page for a request that could not be carried out. It is
// served under the name that was asked for and offers no way round the failure.
// Because a link that changes the language would ask the site again, the page
// carries its text in both languages.
type Failure struct {
	Lang Lang
	Code Code

	// Host is what was asked for, as received, and Port its port or 0. Detail
	// is the cause for experts, in English as the libraries word it, whatever the
	// language of the page. All three may hold anything.
	Host   string
	Port   uint16
	Detail string

	// Time is shown in Japan's time, and in its own zone if that differs.
	Time time.Time

	// ClockSkew is how far this machine's clock is ahead of the true time,
	// negative if behind, 0 if not known. Small values are not mentioned.
	ClockSkew time.Duration
}

// failureView is what failure.html shows.
type failureView struct {
	page
	First, Second failureWords
	Host          string
	Port, Detail  string
	Code          Code
	Time          *moment
}

// failureWords is the text of the page in one language.
type failureWords struct {
	words
	Title, What template.HTML
	You, Owner  []template.HTML
	Clock       string
}

// Render returns the page as UTF-8 HTML.
func (f Failure) Render() ([]byte, error) {
	w := speak(f.Lang)
	first, err := f.words(w)
	if err != nil {
		return nil, err
	}
	second, err := f.words(speak(w.Other()))
	if err != nil {
		return nil, err
	}
	v := failureView{
		page:   page{words: w, Tone: "calm"},
		First:  first,
		Second: second,
		Host:   clean(f.Host, maxName),
		Detail: clean(f.Detail, maxDetail),
		Code:   f.Code.known(),
		Time:   w.moment(f.Time),
	}
	if f.Port > 0 {
		v.Port = strconv.Itoa(int(f.Port))
	}
	return render("failure.html", v)
}

// words collects the text of f in w's language.
func (f Failure) words(w words) (failureWords, error) {
	t := failureFor(f.Code).in(w.Lang)
	fw := failureWords{words: w, Title: rich(t.Title), What: rich(t.What)}
	for _, s := range t.You {
		fw.You = append(fw.You, rich(s))
	}
	for _, s := range t.Owner {
		fw.Owner = append(fw.Owner, rich(s))
	}
	var err error
	switch {
	case f.ClockSkew >= minSkew:
		fw.Clock, err = w.T("failure.clock.ahead", w.span(roughly(f.ClockSkew)))
	case f.ClockSkew <= -minSkew:
		fw.Clock, err = w.T("failure.clock.behind", w.span(roughly(f.ClockSkew.Abs())))
	}
	return fw, err
}

// roughly rounds d to what matters when one sets a clock.
func roughly(d time.Duration) time.Duration {
	switch {
	case d >= 48*time.Hour:
		return d.Round(24 * time.Hour)
	case d >= 2*time.Hour:
		return d.Round(time.Hour)
	}
	return d.Round(time.Minute)
}

// SetHeaders sets the response headers of this page: those of [SetHeaders] and
// Sekisho-Error. The status to send is f.Code.Status().
func (f Failure) SetHeaders(h http.Header) {
	SetHeaders(h)
	h.Set("Sekisho-Error", string(f.Code.known()))
}

package console

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"sekisho/interstitial"
)

//go:embed text.json
var textFile []byte

// phrases is text.json: by key, a text in every language. The file is part of the
// binary and held sound by the tests, so an error in it is a bug in this repository.
var phrases = sync.OnceValue(func() map[string]map[interstitial.Lang]string {
	var m map[string]map[interstitial.Lang]string
	if err := json.Unmarshal(textFile, &m); err != nil {
		panic("console: text.json: " + err.Error())
	}
	return m
})

// words gives a view its language; templates call its methods.
type words struct {
	Lang  interstitial.Lang
	flags string // what commands need besides, as Options.Flags has it
}

// T returns the text called key, with args put in as fmt.Sprintf does. The result
// is plain text. An unknown key fails the page, which a test notices.
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

// Form returns the text called key in the form that goes with n things: that called
// key.one when it is one. It takes no arguments.
func (w words) Form(key string, n int) (string, error) {
	if n == 1 {
		key += ".one"
	}
	return w.T(key)
}

// N returns the form of the text called key that goes with n, with n put in where it
// has a place.
func (w words) N(key string, n int) string {
	s, err := w.Form(key, n)
	if err != nil || !strings.Contains(s, "%") {
		return s
	}
	return fmt.Sprintf(s, n)
}

// words returns a text for an answer that is no page. An unknown key is a bug that
// a test notices.
func (s *Server) words(r *http.Request, key string) string {
	text, err := words{Lang: s.language(r)}.T(key)
	if err != nil {
		return key
	}
	return text
}

// R returns the text called key with what stands between backticks as code, commands
// of sekisho with the flags that they need here.
func (w words) R(key string) (template.HTML, error) {
	s, err := w.T(key)
	return w.markup(s), err
}

// Steps returns the text called key line by line, each as R does.
func (w words) Steps(key string) (steps []template.HTML, err error) {
	s, err := w.T(key)
	for line := range strings.SplitSeq(s, "\n") {
		steps = append(steps, w.markup(line))
	}
	return steps, err
}

func (w words) markup(s string) template.HTML {
	var b strings.Builder
	for i, part := range strings.Split(s, "`") {
		if i%2 == 1 {
			if strings.HasPrefix(part, "sekisho ") && part != "sekisho config default" { // which is the same everywhere
				part += w.flags
			}
			b.WriteString("<code>" + template.HTMLEscapeString(part) + "</code>")
			continue
		}
		b.WriteString(template.HTMLEscapeString(part))
	}
	return template.HTML(b.String())
}

package guard_test

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"sekisho/guard"
	"sekisho/hostname"
)

// What is typed in the tests. No other test data holds these words.
const (
	typedID   = "taro.yamada@office-example.jp"
	typedPass = "Kaki8-Nashi!furo"
	typedCode = "482915"
)

// request is a request as a test writes it down.
type request struct {
	host    string // "" is shop.example.net
	method  string // "" is POST with a body and GET without
	target  string // "" is "/submit"
	headers string // "Name: value" by lines; the first without a colon is the media type
	body    string
	partial bool
}

func (q request) head(t testing.TB) guard.Head {
	t.Helper()
	host, err := hostname.Parse(cmp.Or(q.host, "shop.example.net"))
	if err != nil {
		t.Fatal(err)
	}
	h := guard.Head{Host: host, Method: q.method, Target: q.target, Header: http.Header{}}
	if h.Target == "" {
		h.Target = "/submit"
	}
	if h.Method == "" {
		h.Method = "POST"
		if q.body == "" {
			h.Method = "GET"
		}
	}
	for line := range strings.Lines(q.headers) {
		line = strings.TrimSpace(line)
		name, v, ok := strings.Cut(line, ": ")
		if !ok {
			name, v = "Content-Type", line
		}
		if v != "" {
			h.Header.Add(name, v)
		}
	}
	return h
}

func (q request) inspect(t testing.TB, x guard.Hints) guard.Finding {
	t.Helper()
	return guard.Inspect(q.head(t), []byte(q.body), !q.partial, x)
}

// known makes typedID a protected sign-in.
func known(id []byte) bool { return string(id) == typedID }

// texts returns the values themselves.
func texts(list []guard.Secret) (out []string) {
	for _, s := range list {
		out = append(out, string(s.Bytes()))
	}
	return out
}

func base64Std(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func base64URL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

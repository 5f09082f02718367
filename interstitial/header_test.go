package interstitial

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"
)

// directives splits a Content-Security-Policy.
func directives(policy string) map[string]string {
	m := map[string]string{}
	for d := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		m[name] = value
	}
	return m
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ Lang, d document) {
		h := http.Header{}
		d.SetHeaders(h)
		for key, want := range map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s = %q; want %q", key, got, want)
			}
		}
		csp := directives(h.Get("Content-Security-Policy"))
		style := text(elements(parse(t, mustRender(t, d)), atom.Style)[0])
		sum := sha256.Sum256([]byte(style + "\n")) // text trims the last line feed
		want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if got := csp["style-src"]; got != want {
			t.Errorf("style-src = %q; the style on the page has %q", got, want)
		}
		if csp["default-src"] != "'none'" || csp["base-uri"] != "'none'" {
			t.Errorf("policy = %v", csp)
		}
		framed := strings.Contains(csp["sandbox"], "allow-popups")
		if framed && (csp["frame-ancestors"] != "*" || h.Get("X-Frame-Options") != "" || strings.Contains(csp["sandbox"], "allow-scripts") || strings.Contains(csp["sandbox"], "allow-same-origin")) {
			t.Errorf("notice: policy = %v, X-Frame-Options = %q", csp, h.Get("X-Frame-Options"))
		}
		if !framed && (csp["frame-ancestors"] != "'none'" || h.Get("X-Frame-Options") != "DENY") {
			t.Errorf("page: policy = %v, X-Frame-Options = %q", csp, h.Get("X-Frame-Options"))
		}
	})
}

// The sheet must reach the page byte for byte, and load nothing.
func TestStyleSheet(t *testing.T) {
	t.Parallel()
	if !bytes.Contains(mustRender(t, Gone{}), []byte("<style>"+styleSheet+"</style>")) {
		t.Error("the style element is not style.css")
	}
	for _, bad := range []string{"url(", "@import", "</", "expression", "http:", "image-set"} {
		if strings.Contains(styleSheet, bad) {
			t.Errorf("style.css contains %q", bad)
		}
	}
}

func TestOwnHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		set        func(http.Header)
		key, value string
	}{
		{"incident", imitation(Japanese).SetHeaders, "Sekisho-Incident", incidentID},
		{"incident that is none", Warning{Incident: "a\r\nSet-Cookie: x=1"}.SetHeaders, "Sekisho-Incident", ""},
		{"incident too long", Warning{Incident: strings.Repeat("a", 65)}.SetHeaders, "Sekisho-Incident", ""},
		{"notice", Notice{Incident: incidentID}.SetHeaders, "Sekisho-Incident", incidentID},
		{"problem", imitation(Japanese).SetProblemHeaders, "Sekisho-Incident", incidentID},
		{"error", Failure{Code: CodeTLSWeak}.SetHeaders, "Sekisho-Error", "certificate-weak"},
		{"unknown error", Failure{Code: "x\r\ny"}.SetHeaders, "Sekisho-Error", "internal"},
		{"error as problem", Failure{Code: CodeLimit}.SetProblemHeaders, "Sekisho-Error", "too-many-connections"},
		{"type of a problem", Failure{}.SetProblemHeaders, "Content-Type", "application/problem+json"},
		{"own window", Status{}.SetHeaders, "Cross-Origin-Opener-Policy", "same-origin"},
		{"a site's window", Failure{}.SetHeaders, "Cross-Origin-Opener-Policy", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			tt.set(h)
			if got := h.Get(tt.key); got != tt.value {
				t.Errorf("%s = %q; want %q", tt.key, got, tt.value)
			}
		})
	}
}

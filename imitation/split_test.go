package imitation_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"sekisho/imitation"
)

// TestSplit reads every fixture in pieces of several sizes: what is found must
// not depend on how the bytes arrive.
func TestSplit(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"imitations", "benign"} {
		for _, f := range fixtures(t, folder) {
			for _, file := range f.Files {
				r, body := f.response(t, file)
				want := scan(r, body, len(body))
				for _, piece := range []int{1, 2, 3, 7, 64, 511, 1024, 4096} {
					if diff := cmp.Diff(want, scan(r, body, piece)); diff != "" {
						t.Errorf("%s/%s in pieces of %d (-whole +pieces):\n%s", f.name, file.Name, piece, diff)
					}
				}
			}
		}
	}
}

// randomly reads body in pieces that seed decides.
func randomly(r imitation.Response, body []byte, seed uint64) imitation.Result {
	s := imitation.Watch(r)
	if s == nil {
		return imitation.Result{}
	}
	dice := rand.New(rand.NewPCG(seed, 1))
	for len(body) > 0 {
		n := min(len(body), 1+dice.IntN(1+dice.IntN(2000)))
		_, _ = s.Write(body[:n]) // never fails
		body = body[n:]
		if dice.IntN(8) == 0 {
			s.Result() // asking must change nothing
		}
	}
	return s.Close()
}

// FuzzScanner holds the scanner to its promises for any body of any type in
// any coding: it does not panic, it does not care how the bytes arrive, and
// its grade is what Grades makes of its signs.
func FuzzScanner(f *testing.F) {
	kinds := []string{
		"text/html", "text/html; charset=shift_jis", "text/javascript", "application/json", "image/svg+xml", "", "text/css",
		"text/html; charset=utf-16le", "text/html; charset=iso-2022-jp",
	}
	codings := []string{"", "gzip", "br", "zstd", "deflate", "gzip, gzip"}
	for _, folder := range []string{"imitations", "benign"} {
		for i, fixture := range fixtures(f, folder) {
			_, body := fixture.response(f, fixture.Files[0])
			f.Add(body, uint8(i), uint8(0), uint64(i))
			if i < len(codings) && i > 0 && !strings.Contains(codings[i], ",") {
				f.Add(compress(f, codings[i], body), uint8(0), uint8(i), uint64(i))
			}
		}
	}
	for i, body := range []string{
		`{"h":"Amazonサインイン","u":"Eメールまたは携帯電話番号","n":["Amazonの新しいお客様ですか？",{"a":"\u003cform>"}],"d":"2026-11-26","l":"a\nb","j":"[{\"b\":1}]"}`,
		`)]}'` + "\n" + `42["m","<form>"][[[{"A1":"Amazonサインイン"}]]`,
		"var s=\"" + bits("<!doctype html><title>Amazonサインイン</title>", 8, "\uffa0", "\u3164") + "\"",
		`new DecompressionStream("deflate-raw");s=atob("` + inBase64(string(compress(f, "deflate-raw", []byte("<!doctype html><title>Amazonサインイン</title>")))) + `")`,
		`r=s=>[...s].reverse().join("");r("ンインイサnozamA");localStorage.w="Amazonの新しいお客様ですか？"`,
		`body{--p:"<h1>\u30ed\u30b0\uzz"}`,
	} {
		f.Add([]byte(body), uint8([]int{3, 3, 2, 2, 2, 6}[i]), uint8(0), uint64(i))
	}
	f.Fuzz(func(t *testing.T, body []byte, kind, coding uint8, seed uint64) {
		r := response(kinds[int(kind)%len(kinds)])
		if r.Header["Content-Type"][0] == "" {
			r.Header.Del("Content-Type")
		}
		if c := codings[int(coding)%len(codings)]; c != "" {
			r.Header.Set("Content-Encoding", c)
		}
		whole := scan(r, body, max(1, len(body)))
		// Of brotli that is broken a piece is lost, as long as what the decoder read.
		_, err := io.Copy(io.Discard, io.LimitReader(brotli.NewReader(bytes.NewReader(body)), 32<<20))
		broken := err != nil && r.Header.Get("Content-Encoding") == "br"
		if diff := cmp.Diff(whole, randomly(r, body, seed)); diff != "" && !broken {
			t.Errorf("in pieces (-whole +pieces):\n%s", diff)
		}
		if g, score := imitation.Grades(whole.Signs); g != whole.Grade || score != whole.Score {
			t.Errorf("grade %v, %d; Grades says %v, %d", whole.Grade, whole.Score, g, score)
		}
		if len(whole.Purposes) > 64 {
			t.Errorf("%d purposes", len(whole.Purposes))
		}
	})
}

// FuzzRequest: no target and no cookie makes it panic, and what it names
// exists.
func FuzzRequest(f *testing.F) {
	f.Add("/ap/signin?openid.assoc_handle=jpflex", "ubid-acbjp=1")
	f.Add("/%61p/signin", "; =;;")
	f.Add("/dGFyb0BleGFtcGxlLmpw?%", "session-id=1; ubid-main=2")
	f.Fuzz(func(t *testing.T, target, cookie string) {
		signs := imitation.Request(response("").Host, target, http.Header{"Cookie": {cookie}})
		if g, _ := imitation.Grades(signs); g == imitation.None && len(signs) > 0 && !knownWeak(signs) {
			t.Errorf("Request(%q, %q) = %q, which are no signs", target, cookie, signs)
		}
	})
}

// knownWeak reports whether the signs are of a kit of no particular brand.
func knownWeak(signs []string) bool {
	for _, s := range signs {
		if !strings.HasPrefix(s, "kit-") {
			return false
		}
	}
	return true
}

package guard_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// texted is base64 of each of pieces by itself, one behind another.
func texted(pieces ...[]byte) []byte {
	var b []byte
	for _, p := range pieces {
		b = base64.StdEncoding.AppendEncode(b, p)
	}
	return b
}

// TestWebText: messages in base64 are read to their end, however that was put
// together, and whatever it is called.
func TestWebText(t *testing.T) {
	t.Parallel()
	known := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID }}
	id, pass, hello := protoString(1, typedID), protoString(2, typedPass), protoString(1, "hello")
	row := enveloped(hello, id, pass)
	whole := base64.StdEncoding.EncodeToString(row)
	for _, tt := range []struct {
		name string
		body []byte
	}{
		{"one message", texted(enveloped(append(bytes.Clone(id), pass...)))},
		{"each in padding", texted(enveloped(id), enveloped(pass))},
		{"another before it", texted(enveloped(hello), enveloped(id), enveloped(pass))},
		{"none before it", texted(enveloped(nil), enveloped(id), enveloped(pass))},
		{"all in one", []byte(whole)},
		{"other alphabet, no padding", []byte(base64.RawURLEncoding.EncodeToString(row))},
		{"lines", []byte(whole[:20] + "\r\n" + whole[20:41] + "\n" + whole[41:])},
		{"cut within messages", texted(row[:7], row[7:24], row[24:])},
		{"envelopes by themselves", texted(enveloped(id)[:5], id, enveloped(pass)[:5], pass)},
		{"compressed", texted(enveloped(zipped(id)), enveloped(zipped(pass)))},
		{"trailers behind", texted(enveloped(append(bytes.Clone(id), pass...)), []byte("\x80\x00\x00\x00\x0fgrpc-status:0\r\n"))},
		{"cut off", texted(row)[:len(whole)-2]},
		{"no base64", []byte(`{"email":"` + typedID + `","password":"` + typedPass + `"}`)},
		{"base64 of no messages", texted([]byte(`{"email":"` + typedID + `","password":"` + typedPass + `"}`))},
	} {
		for _, label := range []string{"application/grpc-web-text", "application/grpc-web-text+proto", "Application/GRPC-Web-Text; charset=utf-8"} {
			t.Run(tt.name+" "+label, func(t *testing.T) {
				t.Parallel()
				if f := guard.Inspect(callHead(label), tt.body, true, known); tt.name != "cut off" && !has(f, typedPass) {
					t.Errorf("%v; want the password found", f)
				} else if tt.name == "cut off" && len(f.Passwords) == 0 {
					t.Errorf("%v; want what there is of the password", f)
				}
			})
		}
	}
	for _, label := range []string{"text/plain", "application/octet-stream", ""} {
		head := guard.Head{Method: "POST", Target: "/", Header: http.Header{"Content-Type": {label}}}
		for name, body := range map[string][]byte{"base64": texted(enveloped(id), enveloped(pass)), "bytes": enveloped(id, pass)} {
			if f := guard.Inspect(head, body, true, known); !has(f, typedPass) {
				t.Errorf("%s called %q: %v; want the password found", name, label, f)
			}
		}
	}
}

// TestWebTextLong: the same where the body is read in passing.
func TestWebTextLong(t *testing.T) {
	t.Parallel()
	known := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID }}
	var body []byte
	for range 3000 {
		body = append(body, texted(enveloped(protoString(1, "hello, world")))...)
	}
	body = append(body, texted(enveloped(protoString(1, typedID)), enveloped(protoString(2, typedPass)))...)
	for _, size := range []int{1, 7, 1000, len(body)} {
		s := guard.NewStream(callHead("application/grpc-web-text"), known)
		for p := range slices.Chunk(body, size) {
			_, _ = s.Write(p)
		}
		_ = s.Close()
		if f := s.Finding(); !has(f, typedPass) {
			t.Errorf("in pieces of %d: %v; want the password found", size, f)
		}
	}
}

// TestTornText: of a message that is not here as a whole nothing is let out.
func TestTornText(t *testing.T) {
	t.Parallel()
	one, two := enveloped(protoString(1, "hello!")), enveloped(protoString(2, typedPass))
	a, b := texted(one), texted(two)
	joined := texted(slices.Concat(one, two))
	aligned := 4 * (len(one) / 3)
	for _, tt := range []struct {
		name string
		body []byte
		want int
	}{
		{"nothing", nil, 0},
		{"one", a, 0},
		{"one and a part", append(bytes.Clone(a), b[:len(b)-9]...), len(b) - 9},
		{"a part", b[:len(b)-9], len(b) - 9},
		{"a part of an envelope", b[:3], 3},
		{"one and a letter", append(bytes.Clone(a), 'A'), 1},
		{"two", slices.Concat(a, b), 0},
		{"without messages", texted(enveloped(nil), enveloped(nil)), 0},
		{"joined, second torn", joined[:len(joined)-9], len(joined) - 9 - aligned},
		{"joined", joined, 0},
		{"padding left out", bytes.TrimRight(a, "="), len(bytes.TrimRight(a, "="))},
		{"other flags", texted([]byte("hello, world")), 0},
		{"no base64", []byte(`{"password":"`), 0},
	} {
		if got := guard.TornText(tt.body); got != tt.want {
			t.Errorf("%s: %d; want %d", tt.name, got, tt.want)
		}
	}
}

func FuzzTornText(f *testing.F) {
	f.Add(texted(enveloped(protoString(1, "hello")), enveloped(protoString(2, "world"))))
	f.Add([]byte(strings.Repeat("A", 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := guard.TornText(b); n < 0 || n > len(b) {
			t.Fatalf("TornText = %d of %d", n, len(b))
		}
		guard.Inspect(callHead("application/grpc-web-text"), b, true, guard.Hints{})
		s := guard.NewStream(callHead("application/grpc-web-text"), guard.Hints{})
		_, _ = s.Write(b)
		_ = s.Close()
	})
}

package guard_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"testing"

	"sekisho/guard"
)

// enveloped puts messages into envelopes.
func enveloped(messages ...[]byte) []byte {
	var b []byte
	for _, m := range messages {
		flags := byte(0)
		if bytes.HasPrefix(m, []byte{0x1f, 0x8b}) {
			flags = 1
		}
		b = binary.BigEndian.AppendUint32(append(b, flags), uint32(len(m)))
		b = append(b, m...)
	}
	return b
}

// protoString is a field of Protocol Buffers that holds s.
func protoString(number byte, s string) []byte {
	return append([]byte{number<<3 | 2, byte(len(s))}, s...)
}

func zipped(p []byte) []byte { return []byte(gzipped(string(p))) }

func callHead(contentType string) guard.Head {
	return guard.Head{Method: "POST", Target: "/shop.Accounts/Talk", Header: http.Header{"Content-Type": {contentType}, "Grpc-Encoding": {"gzip"}}}
}

// TestInspectCall: a message is read by itself and with those before it.
func TestInspectCall(t *testing.T) {
	t.Parallel()
	id, pass := protoString(1, typedID), protoString(2, typedPass)
	known := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID }}
	for _, tt := range []struct {
		name, contentType string
		x                 guard.Hints
		before, message   []byte
		alone, together   bool // whether the password is found
	}{
		{"both in one", "application/grpc", known, nil, append(bytes.Clone(id), pass...), true, false},
		{"both in one, compressed", "application/grpc+proto", known, nil, zipped(append(bytes.Clone(id), pass...)), true, false},
		{"ID before", "application/grpc", known, id, pass, false, true},
		{"ID before, compressed", "application/grpc-web+proto", known, id, zipped(pass), false, true},
		{"password before", "application/grpc", known, pass, id, false, true},
		{"JSON", "application/connect+json", guard.Hints{}, nil, []byte(`{"email":"` + typedID + `","password":"` + typedPass + `"}`), true, false},
		{"JSON in two", "application/connect+json", known, []byte(`{"who":"` + typedID + `"}`), []byte(`{"what":"` + typedPass + `"}`), false, true},
		{"JSON cut in two", "application/connect+json", guard.Hints{}, []byte(`{"email":"` + typedID + `","pass`), []byte(`word":"` + typedPass + `"}`), false, true},
		{"nobody known", "application/grpc", guard.Hints{}, id, pass, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			alone, together, content := guard.InspectCall(callHead(tt.contentType), tt.before, tt.message, bytes.HasPrefix(tt.message, []byte{0x1f}), tt.x)
			if got := has(alone, typedPass); got != tt.alone {
				t.Errorf("alone found the password = %t; want %t", got, tt.alone)
			}
			if got := has(together, typedPass); got != tt.together {
				t.Errorf("together found the password = %t; want %t", got, tt.together)
			}
			if len(content) == 0 || bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
				t.Errorf("content = %q; want it decoded", content)
			}
		})
	}
}

// has reports whether f has the password.
func has(f guard.Finding, password string) bool {
	for _, p := range f.Passwords {
		if string(p.Bytes()) == password {
			return true
		}
	}
	return false
}

// TestEnvelopes: a body of several messages is read to its end, and one that only
// says so as what it is.
func TestEnvelopes(t *testing.T) {
	t.Parallel()
	known := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID }}
	id, pass := protoString(1, typedID), protoString(2, typedPass)
	json := []byte(`{"email":"` + typedID + `","password":"` + typedPass + `"}`)
	for _, tt := range []struct {
		name, contentType string
		body              []byte
	}{
		{"one", "application/grpc", enveloped(append(bytes.Clone(id), pass...))},
		{"two", "application/grpc-web+proto", enveloped(protoString(1, "hello"), id, pass)},
		{"two, compressed", "application/grpc", enveloped(protoString(1, "hello"), zipped(id), zipped(pass))},
		{"JSON", "application/connect+json", enveloped([]byte(`{"a":1}`), json)},
		{"JSON and an end", "application/connect+json", append(enveloped(json), "\x02\x00\x00\x00\x02{}"...)},
		{"trailers behind", "application/grpc-web+proto", append(enveloped(id, pass), "\x80\x00\x00\x00\x0fgrpc-status:0\r\n"...)},
		{"at the end", "application/connect+json", append(enveloped([]byte(`{"a":1}`)), append(append([]byte("\x02\x00\x00\x00"), byte(len(json))), json...)...)},
		{"no envelope", "application/grpc", json},
		{"an envelope before it", "application/grpc", append(enveloped(protoString(1, "hello")), json...)},
		{"cut off", "application/grpc", enveloped(append(append(bytes.Clone(id), pass...), 0x1a, 100))[:5+len(id)+len(pass)]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if f := guard.Inspect(callHead(tt.contentType), tt.body, true, known); !has(f, typedPass) {
				t.Errorf("%v; want the password found", f)
			}
		})
	}
}

func FuzzInspectCall(f *testing.F) {
	f.Add([]byte{}, protoString(1, typedID), false)
	f.Add(protoString(1, typedID), protoString(2, typedPass), true)
	known := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID }}
	f.Fuzz(func(t *testing.T, before, message []byte, compressed bool) {
		was := bytes.Clone(before)
		h := callHead("application/grpc")
		guard.InspectCall(h, before, message, compressed, known)
		guard.Inspect(h, append(enveloped(before), message...), true, known)
		if !bytes.Equal(was, before) {
			t.Error("what came before was changed")
		}
	})
}

package guard_test

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/guard"
)

// bounds holds what is promised of every Finding.
func bounds(t *testing.T, f guard.Finding) {
	t.Helper()
	if len(f.IDs) > 8 || len(f.Passwords) > 8 || len(f.Codes) > 4 || len(f.Fields) > 16 || len(f.Signs) > 32 {
		t.Fatalf("%d IDs, %d passwords, %d codes, %d fields, %d signs; want no more than 8, 8, 4, 16, 32",
			len(f.IDs), len(f.Passwords), len(f.Codes), len(f.Fields), len(f.Signs))
	}
	for _, s := range slices.Concat(f.IDs, f.Passwords, f.Codes) {
		if len(s.Bytes()) > 2048 {
			t.Fatalf("a value of %d bytes; want at most 2048", len(s.Bytes()))
		}
	}
	for _, name := range f.Fields {
		if !spellings()[name] {
			t.Fatalf("field %q is not a word of the vocabulary", name)
		}
	}
}

// spellings are the words that a Finding may name a field by: those of all sections but
// the ones that turn a meaning round.
var spellings = sync.OnceValue(func() map[string]bool {
	text, err := os.ReadFile("vocabulary/vocabulary.txt")
	if err != nil {
		panic(err)
	}
	all, classes := map[string]bool{"(other)": true}, false
	for line := range strings.Lines(string(text)) {
		switch line = strings.TrimSpace(line); line {
		case "[not]", "[new]", "[confirm]", "[old]", "[data]", "[amazon]":
			classes = false
			continue
		}
		if strings.HasPrefix(line, "[") {
			classes = true
		} else if classes && !strings.HasPrefix(line, "#") {
			for w := range strings.FieldsSeq(line) {
				all[strings.TrimPrefix(w, "*")] = true
			}
		}
	}
	return all
})

// hintsOf makes hints out of bits.
func hintsOf(bits uint8) guard.Hints {
	x := guard.Hints{Suspicious: bits&1 != 0}
	if bits&2 != 0 {
		x.Known = known
	}
	return x
}

func seeds(f *testing.F) {
	for _, o := range readOrdinary(f) {
		h := o.request.head(f)
		f.Add(o.request.target, h.Header.Get("Content-Type"), "", []byte(o.request.body), uint8(3), uint16(7))
	}
	f.Add("/?"+pairs, multipart, "", []byte(multi(field(`form-data; name="password"`, "", typedPass))), uint8(2), uint16(1))
	f.Add("/", "text/plain", "gzip, br", []byte(brotlied(gzipped(jsonPair))), uint8(0), uint16(3))
	f.Add("/", "", "", []byte(zstded(jsonPair)), uint8(0), uint16(5))
	f.Add("/a;b=c", "application/json; charset=shift_jis", "", []byte(jsonPair), uint8(1), uint16(9))
	f.Add("/", "text/xml", "", []byte(`<!DOCTYPE a [<!ENTITY e "x">]><a b='c'><d>&e;</d></a>`), uint8(3), uint16(2))
	f.Add("/", "application/msgpack", "", []byte("\x82"+msgpackStr("email")+msgpackStr(typedID)+msgpackStr("password")+msgpackStr(typedPass)), uint8(3), uint16(2))
	f.Add("/", "application/cbor", "", []byte("\xbf"+cborStr("password")+cborStr(typedPass)+"\xff"), uint8(3), uint16(2))
	f.Add("/", "application/x-protobuf", "", []byte(protobufStr(2, protobufStr(1, typedID)+protobufStr(2, typedPass))), uint8(3), uint16(2))
}

func FuzzInspect(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, target, media, coding string, body []byte, bits uint8, _ uint16) {
		h := guard.Head{Method: "POST", Target: target, Header: http.Header{}}
		if media != "" {
			h.Header.Set("Content-Type", media)
		}
		if coding != "" {
			h.Header.Set("Content-Encoding", coding)
		}
		before := bytes.Clone(body)
		found := guard.Inspect(h, body, bits&4 == 0, hintsOf(bits))
		if !bytes.Equal(before, body) {
			t.Fatal("Inspect changed the body")
		}
		bounds(t, found)
		bounds(t, guard.InspectMessage(h, body, bits&8 != 0, hintsOf(bits)))
		if again := guard.Inspect(h, body, bits&4 == 0, hintsOf(bits)); again.Act != found.Act || !slices.Equal(texts(again.Passwords), texts(found.Passwords)) {
			t.Fatalf("two readings differ: %v and %v", found.Act, again.Act)
		}
		bare := guard.Head{Method: "GET", Target: target}
		if f := guard.Inspect(bare, nil, true, hintsOf(bits&^1)); guard.Bare(bare) && f.Act != guard.Nothing {
			t.Fatalf("Bare(%q) = true; Inspect finds %v", target, f.Act)
		}
	})
}

// FuzzStream holds that what is found does not depend on how a body arrives.
func FuzzStream(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, target, media, coding string, body []byte, bits uint8, piece uint16) {
		q := request{target: target, headers: "X-Nothing: x", body: string(body), method: "POST"}
		if !strings.ContainsAny(media+coding, "\r\n") {
			q.headers = "Content-Type: " + media + "\nContent-Encoding: " + coding
		}
		// Long enough for several windows.
		if bits&16 != 0 {
			q.body = strings.Repeat(q.body, 1+40000/(len(q.body)+1))
		}
		whole := stream(t, q, hintsOf(bits), len(q.body)+1)
		parts := stream(t, q, hintsOf(bits), int(piece)+1)
		bounds(t, whole)
		show := func(f guard.Finding) []any {
			return []any{f.Act, f.Amazon, f.Fields, f.Signs, texts(f.IDs), texts(f.Passwords), texts(f.Codes), f.Undecoded}
		}
		if diff := cmp.Diff(show(whole), show(parts)); diff != "" {
			t.Fatalf("in one piece and in pieces of %d (-one +pieces):\n%s", int(piece)+1, diff)
		}
	})
}

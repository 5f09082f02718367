package upload_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
	"sekisho/proxy/budget"
)

const calling = "application/connect+json"

// envelope is text as a message, torn that without the last bytes that it announces.
func envelope(text string) string { return torn(text, 0) }

func torn(text string, missing int) string {
	return string(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(text)+missing))) + text
}

// TestCall lets the messages of a call out one by one.
func TestCall(t *testing.T) {
	t.Parallel()
	j := new(judge)
	first, second := envelope(`{"note":"hello"}`), envelope(`{"password":"`+secret+`"}`)
	r, b := post(calling, strings.NewReader(first+second), -1, 4<<20)
	defer func() { _ = b.Close() }()
	if !b.Call(j, head(r), guard.Hints{}) {
		t.Fatal("it is taken for no call")
	}
	got, err := io.ReadAll(b)
	if string(got) != first && len(got) != 0 || bytes.Contains(got, []byte(secret)) || !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) {
		t.Errorf("%q, %v, %v; want the first message at most", got, err, b.Stopped())
	}
	for what, change := range map[string]func(*http.Request, *guard.Hints){
		"of a page":            func(r *http.Request, _ *guard.Hints) { r.Header.Set("Sec-Fetch-Site", "same-origin") },
		"of a known length":    func(r *http.Request, _ *guard.Hints) { r.ContentLength = 40 },
		"no envelopes":         func(r *http.Request, _ *guard.Hints) { r.Header.Set("Content-Type", form) },
		"to a suspicious site": func(_ *http.Request, x *guard.Hints) { x.Suspicious = true },
	} {
		r, b := post(calling, strings.NewReader(first), -1, 4<<20)
		var x guard.Hints
		if change(r, &x); b.Call(j, head(r), x) {
			t.Errorf("%s: taken for a call", what)
		}
		_ = b.Close()
	}
}

// TestCallLong: of a message that is judged as it passes, what its end shows to be a
// sign-in stays.
func TestCallLong(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("x", 1200<<10)
	for name, tt := range map[string]struct {
		text string
		torn int // as many bytes are announced and do not come
	}{
		"at its end":           {`{"pad":"` + pad + `","password":"` + secret + `"}`, 0},
		"a little before":      {`{"pad":"` + pad + `","password":"` + secret + `","x":"` + pad[:9000] + `"}`, 0},
		"where it is torn off": {`{"pad":"` + pad + `","password":"` + secret + `"`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message := torn(tt.text, tt.torn)
			// The last byte comes by itself: by then all that may leave has left.
			r, b := post(calling, io.MultiReader(strings.NewReader(message[:len(message)-1]), strings.NewReader(message[len(message)-1:])), -1, 8<<20)
			defer func() { _ = b.Close() }()
			if !b.Call(new(judge), head(r), guard.Hints{}) {
				t.Fatal("it is taken for no call")
			}
			got, err := io.ReadAll(b)
			if bytes.Contains(got, []byte(secret)) || !errors.Is(err, errHeld) {
				t.Errorf("%d of %d bytes left, %v; want those before the password at most", len(got), len(message), err)
			}
			if !strings.HasPrefix(message, string(got)) || len(got) < guard.MaxBody {
				t.Errorf("%d bytes left; want the beginning, as it was sent", len(got))
			}
		})
	}
}

// TestCallTorn: of a message that breaks off what is there is judged.
func TestCallTorn(t *testing.T) {
	t.Parallel()
	r, b := post(calling, strings.NewReader(torn(`{"password":"`+secret+`"`, 1)), -1, 4<<20)
	defer func() { _ = b.Close() }()
	if !b.Call(new(judge), head(r), guard.Hints{}) {
		t.Fatal("it is taken for no call")
	}
	if got, err := io.ReadAll(b); len(got) != 0 || !errors.Is(err, errHeld) {
		t.Errorf("%q, %v; want nothing, and it held", got, err)
	}
}

// TestCallNoRoom: while a call is under way its site comes under suspicion. A message
// that there is no room for is not let through unjudged then.
func TestCallNoRoom(t *testing.T) {
	t.Parallel()
	for suspicious, want := range map[bool]error{false: nil, true: budget.ErrNoRoom} {
		message := envelope(`{"pad":"` + strings.Repeat("x", 200<<10) + `"}`)
		r, b := post(calling, strings.NewReader(message), -1, 64<<10)
		j := new(judge)
		if !b.Call(j, head(r), guard.Hints{}) {
			t.Fatal("it is taken for no call")
		}
		j.hints.Suspicious = suspicious
		if got, err := io.ReadAll(b); !errors.Is(err, want) || suspicious && len(got) > 0 {
			t.Errorf("suspicious %t: %d bytes, %v; want %v", suspicious, len(got), err, want)
		}
		_ = b.Close()
	}
}

// TestCallNone: what only says that it is a call is gathered like any other body.
func TestCallNone(t *testing.T) {
	t.Parallel()
	r, b := post(calling, io.MultiReader(strings.NewReader(`{"a":1,"password":"`+secret[:4]), strings.NewReader(secret[4:]+`"}`)), -1, 4<<20)
	defer func() { _ = b.Close() }()
	if !b.Call(new(judge), head(r), guard.Hints{}) {
		t.Fatal("it is taken for no call")
	}
	if got, err := io.ReadAll(b); len(got) != 0 || !errors.Is(err, errHeld) {
		t.Errorf("%q, %v; want nothing, and it held", got, err)
	}
}

// pairs is a judge that stops nothing and keeps what it was told about messages that
// make a sign-in together.
type pairs struct {
	judge
	gone []bool
}

func (j *pairs) Weigh(f *guard.Finding, _ bool) error {
	f.Wipe()
	return nil
}

func (j *pairs) WeighGone(_ *guard.Finding, gone bool) error {
	j.gone = append(j.gone, gone)
	return nil
}

// TestCallGone: of a sign-in in two messages it is told whether its password has left.
func TestCallGone(t *testing.T) {
	t.Parallel()
	const id, password = `{"email":"shop@seller.example"}`, `{"password":"` + secret + `"}`
	for name, tt := range map[string]struct {
		said string
		gone []bool
	}{
		"the ID first":       {envelope(id) + envelope(password), []bool{false}},
		"the password first": {envelope(password) + envelope(id), []bool{true}},
	} {
		r, b := post(calling, strings.NewReader(tt.said), -1, 4<<20)
		j := new(pairs)
		if !b.Call(j, head(r), guard.Hints{}) {
			t.Fatal("it is taken for no call")
		}
		if got, err := io.ReadAll(b); string(got) != tt.said || err != nil || !slices.Equal(j.gone, tt.gone) {
			t.Errorf("%s: %d of %d bytes, %v, gone %v; want %v", name, len(got), len(tt.said), err, j.gone, tt.gone)
		}
		_ = b.Close()
	}
}

package wire_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/guard/wire"
)

// list is a Sink that writes down "name=value".
type list []string

func (l *list) Text(name, value []byte) { *l = append(*l, string(name)+"="+string(value)) }

func TestTree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		read  func(b, label []byte, to wire.Sink) bool
		b     string
		want  list
		whole bool
	}{
		{"msgpack map", wire.Msgpack, "\x82\xa1a\xa3one\xa1b\x07", list{"a=one"}, true},
		{"msgpack in a list in a map", wire.Msgpack, "\x81\xa1a\x92\xa3one\x81\xa1c\xd9\x03two", list{"a=one", "c=two"}, true},
		{"msgpack without names", wire.Msgpack, "\x92\xa3one\xc4\x03two", list{"label=one", "label=two"}, true},
		{"msgpack with numbers for names", wire.Msgpack, "\x81\x01\xa3one", list{"label=one"}, true},
		{"msgpack cut", wire.Msgpack, "\x92\xa3one\xa3tw", list{"label=one"}, false},
		{"msgpack and more", wire.Msgpack, "\x91\xa3one\x00", list{"label=one"}, false},
		{"msgpack of a length that is claimed", wire.Msgpack, "\x91\xdb\x7f\xff\xff\xff", nil, false},
		{"msgpack too deep", wire.Msgpack, strings.Repeat("\x91", 64) + "\xa3one", nil, false},
		{"CBOR map", wire.CBOR, "\xa2\x61a\x63one\x61b\x07", list{"a=one"}, true},
		{"CBOR without lengths", wire.CBOR, "\xbf\x61a\x7f\x62on\x61e\xff\xff", list{"a=one"}, true},
		{"CBOR with a tag", wire.CBOR, "\xd9\xd9\xf7\xa1\x61a\x63one", list{"a=one"}, true},
		{"CBOR bytes", wire.CBOR, "\x82\x43one\xf5", list{"label=one"}, true},
		{"CBOR cut", wire.CBOR, "\x82\x63one\x63tw", list{"label=one"}, false},
		{"CBOR of a length that is claimed", wire.CBOR, "\x81\x7b\xff\xff\xff\xff\xff\xff\xff\xff", nil, false},
		{"CBOR too deep", wire.CBOR, strings.Repeat("\x81", 64) + "\x63one", nil, false},
		{"nothing", wire.CBOR, "", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got list
			whole := test.read([]byte(test.b), []byte("label"), &got)
			if diff := cmp.Diff(test.want, got); diff != "" || whole != test.whole {
				t.Errorf("whole = %v; want %v; (-want +got):\n%s", whole, test.whole, diff)
			}
		})
	}
}

// letters reports whether b is of small letters.
func letters(b []byte) bool { return len(bytes.Trim(b, "abcdefghijklmnopqrstuvwxyz")) == 0 }

func TestProtobuf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, b string
		want    []string
		whole   bool
	}{
		{"strings", "\x0a\x03one\x12\x03two", []string{"one", "two"}, true},
		{"numbers of every width", "\x08\x96\x01\x0a\x03one\x11abcdefgh\x1dabcd", []string{"one"}, true},
		{"message in a message", "\x0a\x05\x12\x03one", []string{"one"}, true},
		{"bytes", "\x0a\x03\xff\xfe\xfd\x12\x03one", []string{"one"}, true},
		{"more than asked for", "\x0a\x03one\x12\x03two\x12\x05three\x12\x04four", []string{"one", "two", "three"}, true},
		{"cut", "\x0a\x03one\x12\x03tw", []string{"one"}, false},
		{"field 0", "\x02\x03one", nil, false},
		{"groups", "\x0b\x0c", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, whole := wire.Protobuf([]byte(test.b), 3, letters)
			var got []string
			for _, b := range found {
				got = append(got, string(b))
			}
			if diff := cmp.Diff(test.want, got); diff != "" || whole != test.whole {
				t.Errorf("whole = %v; want %v; (-want +got):\n%s", whole, test.whole, diff)
			}
		})
	}
}

// size is a Sink that adds up the values.
type size int

func (n *size) Text(_, value []byte) { *n += size(len(value)) }

// FuzzWire holds that what comes out is part of what went in, and no more than it is long.
func FuzzWire(f *testing.F) {
	for _, s := range []string{"\x82\xa1a\xa3one\xa1b\x07", "\xbf\x61a\x7f\x62on\x61e\xff\xff", "\x0a\x05\x12\x03one", "\xdd\xff\xff\xff\xff", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		for _, read := range []func(b, label []byte, to wire.Sink) bool{wire.Msgpack, wire.CBOR} {
			var got size
			read(b, nil, &got)
			if int(got) > len(b) {
				t.Errorf("%d bytes of strings from %d", got, len(b))
			}
		}
		found, _ := wire.Protobuf(b, 8, letters)
		for _, v := range found {
			if !bytes.Contains(b, v) || !letters(v) {
				t.Errorf("%q is no string of the message", v)
			}
		}
		if len(found) > 8 {
			t.Errorf("%d strings; want 8 at most", len(found))
		}
		if !bytes.Equal(b, before) {
			t.Error("the message was changed")
		}
	})
}

package opening

import "testing"

// TestHP36STUN: a request of STUN is one in whatever pieces it comes, and what only
// begins like one is not.
func TestHP36STUN(t *testing.T) {
	t.Parallel()
	const id = "abcdefghijkl"
	for _, tt := range []struct {
		name, said string
		want       Kind
	}{
		{"Allocate", "\x00\x03\x00\x08\x21\x12\xa4\x42" + id + "\x00\x19\x00\x04\x11\x00\x00\x00", STUN},
		{"Binding", "\x00\x01\x00\x00\x21\x12\xa4\x42" + id, STUN},
		{"an indication", "\x00\x16\x00\x04\x21\x12\xa4\x42" + id, STUN},
		{"ICE over TCP", "\x00\x14\x00\x01\x00\x00\x21\x12\xa4\x42" + id, STUN},
		{"ICE over TCP, long", "\x01\x2c\x00\x01\x01\x18\x21\x12\xa4\x42" + id, STUN},
		{"another cookie", "\x00\x03\x00\x08\x21\x12\xa4\x43" + id, Other},
		{"an odd length", "\x00\x03\x00\x09\x21\x12\xa4\x42" + id, Other},
		{"lengths that differ", "\x00\x18\x00\x01\x00\x00\x21\x12\xa4\x42" + id, Other},
		{"an answer", "\x01\x01\x00\x00\x21\x12\xa4\x42" + id, Other},
		{"of before the cookie", "\x00\x01\x00\x00" + id + "mnop", Other},
	} {
		for n := 1; n <= len(tt.said); n++ {
			for door, tell := range map[string]func([]byte) Kind{"first": of, "behind": behind} {
				got := tell([]byte(tt.said[:n]))
				if tt.want == STUN && (got == Other || got == Web) || n == len(tt.said) && got != tt.want {
					t.Errorf("%s, %s, %d bytes: %d; want %d", tt.name, door, n, got, tt.want)
				}
			}
		}
	}
}

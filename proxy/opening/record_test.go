package opening

import "testing"

// TestHP36Records: what a server may pass over before a hello begins TLS, whatever its
// version, and so does a hello in the form of SSL 2, at every door and wherever it is
// torn. Numbers that look like either for a while do not.
func TestHP36Records(t *testing.T) {
	t.Parallel()
	hello2 := "\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10"
	for said, want := range map[string]Kind{
		// Go takes a warning of any version below 10 00, others one of any 03 xx.
		"\x15\x03\x01\x00\x02\x01\x5a": Web, "\x15\x03\x05\x00\x02\x01\x5a": Web, "\x15\x03\xff\x00\x02\x01\x5a": Web,
		"\x15\x00\x00\x00\x02\x01\x5a": Web, "\x15\x02\x00\x00\x02\x01\x5a": Web, "\x15\x0f\xff\x00\x02\x01\x5a": Web,
		"\x14\x03\x03\x00\x01\x01": Web, "\x14\x00\x03\x00\x01\x01": Web, "\x17\x03\x03\x00\x01x": Web, "\x18\x03\x09\x00\x01x": Web,
		"\x16\x03\x01\x02\x00\x01": Web, "\x16\x0f\x01\x02\x00\x01": Web,
		hello2: Web, "\xbf\xff\x01\x03\x63\x00\x03\x00\x20\x00\x20": Web,
		// What WebRTC says before ICE over "ssltcp", which is no TLS, to pass where only that does.
		"\x80\x46\x01\x03\x01\x00\x2d\x00\x00\x00\x10": Web,

		"\x15\x10\x00\x00\x02\x01\x5a": Other, "\x15\x00\x00\x00\x02\x02\x5a": Other, "\x15\x00\x00\x01\x02\x01\x5a": Other,
		"\x15\x00\xff\x05\x0emc": Other, "\x17\x00\xff\x05\x10mc": Other, "\x13\x03\x01\x00\x02\x01": Other, "\x19\x03\x01\x00\x02\x01": Other,
		"\x80\x2e\x02\x03\x01\x00\x15\x00\x00\x00\x10": Other, "\x80\x2e\x01\x02\x01\x00\x15\x00\x00\x00\x10": Other,
		"\x80\x2d\x01\x03\x01\x00\x15\x00\x00\x00\x10": Other, "\xff\xfd\x01\x03": Other, "\xfe\x01": Other,
	} {
		for n := 1; n <= len(said); n++ {
			got := Record([]byte(said[:n]))
			if got != want && (got != Unclear || n == len(said)) {
				t.Errorf("Record(%q) = %d; want %d", said[:n], got, want)
			}
			if b := behind([]byte(said[:n])); want == Web && b != got {
				t.Errorf("behind(%q) = %d; want %d", said[:n], b, got)
			}
		}
	}
	for name, said := range others {
		if got := Record([]byte(said)); got != Other {
			t.Errorf("%s: Record(%q) = %d; want another protocol", name, said, got)
		}
	}
}

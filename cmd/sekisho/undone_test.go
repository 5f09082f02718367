package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
)

// TestUndone has the setting be gone, as it was, after it is put back.
func TestUndone(t *testing.T) {
	t.Parallel()
	servers := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:53")}
	missing := fmt.Errorf("read: %w", fs.ErrNotExist)
	for _, tc := range []struct {
		name    string
		servers []netip.AddrPort
		left    bool
		err     error
		want    string
		fails   bool
	}{
		{"servers", servers, false, nil, "/etc/x: put back; this computer asks 192.0.2.1", false},
		{"left", servers, true, nil, "/etc/x: this computer asks 192.0.2.1", false},
		{"missing", nil, false, missing, "/etc/x: put back; there is no such file\n", false},
		{"unreadable", nil, false, errors.New("broken"), "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := (&env{out: &out}).sayUndone(tc.servers, "/etc/x", tc.left, tc.err)
			if got := out.String(); !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" || (err != nil) != tc.fails {
				t.Errorf("%q, %v; want %q, an error: %v", got, err, tc.want, tc.fails)
			}
		})
	}
}

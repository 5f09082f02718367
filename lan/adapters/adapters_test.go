package adapters

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const card = "{01234567-89AB-cdef-0123-456789ABCDEF}"

func TestList(t *testing.T) {
	t.Parallel()
	const said = `[{"On":true,"ID":"` + card + `","Name":"イーサネット","Up":true,"Set":"192.0.2.1,192.0.2.2 2001:db8::1","DHCP":"192.0.2.7 192.0.2.8","Server":"192.0.2.254"},{"Name":"Wi-Fi","ID":"x"}]` + "\r\n"
	got, err := List(t.Context(), func(_ context.Context, script string) (string, error) {
		for _, want := range []string{`Services\Tcpip'`, "($t + '6' + $p)", "-InputObject @("} { // one adapter is an array, too
			if !strings.Contains(script, want) {
				t.Errorf("%q is not in the script", want)
			}
		}
		return said, nil
	})
	want := []Adapter{
		{ID: card, Name: "イーサネット", Up: true, On: true, Set: "192.0.2.1,192.0.2.2 2001:db8::1", DHCP: "192.0.2.7 192.0.2.8", Server: "192.0.2.254"},
		{ID: "x", Name: "Wi-Fi"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	v4, v6 := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("fe80::1%'; calc")
	for _, tt := range []struct {
		id      string
		servers []netip.Addr
		want    []string // in this order
	}{
		{card, nil, []string{"-eq '" + card + "'", "-ResetServerAddresses -ErrorAction Stop", "exit 0"}},
		{card, []netip.Addr{v4, v6}, []string{"-ResetServerAddresses", "-ServerAddresses @('127.0.0.1','fe80::1') -ErrorAction Stop", "exit 0", "CategoryInfo.Category", "exit 1"}},
		{"7", nil, nil},
		{card + "'; calc", nil, nil},
		{"{01234567-89AB-cdef-0123-456789ABCDE'}", nil, nil},
	} {
		script := ""
		err := Set(t.Context(), func(_ context.Context, s string) (string, error) { script = s; return "", nil }, tt.id, tt.servers)
		if (err == nil) != (tt.want != nil) || (script == "") != (tt.want == nil) || strings.Contains(script, "calc") {
			t.Errorf("%s: %v, script %q", tt.id, err, script)
		}
		rest, found := script, true
		for _, want := range tt.want {
			if _, rest, found = strings.Cut(rest, want); !found {
				t.Errorf("%s: no %q at its place in %s", tt.id, want, script)
			}
		}
		if tt.servers == nil && strings.Contains(script, "-ServerAddresses") {
			t.Errorf("%s: servers are set in %s", tt.id, script)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`[{"ID":"` + card + `","Name":"LAN","Up":true,"On":true,"Set":"192.0.2.1","DHCP":"","Server":""}]`)
	f.Fuzz(func(t *testing.T, text string) {
		if all, err := read(text); len(all) > Max || err != nil && all != nil {
			t.Fatalf("%d adapters, %v", len(all), err)
		}
	})
}

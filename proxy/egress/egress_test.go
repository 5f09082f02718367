package egress_test

import (
	"net/netip"
	"testing"

	"sekisho/hostname"
	"sekisho/proxy/egress"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"203.0.113.9": true, "8.8.8.8": true, "2606:4700::1": true, "64:ff9b::808:808": true,
		"10.0.0.1": false, "100.100.100.200": false, "127.0.0.1": false, "168.63.129.16": false, "169.254.169.254": false, "0.0.0.0": false, "255.255.255.255": false,
		"::1": false, "::10.0.0.1": false, "64:ff9b::a00:1": false, "64:ff9b:1::808:808": false, "2002:a00:1::": false, "2001::1": false, "fd00:ec2::254": false, "fe80::1": false,
	} {
		if got := egress.Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is public: %t; want %t", text, got, want)
		}
	}
	if egress.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestOwn(t *testing.T) {
	t.Parallel()
	listeners := []netip.AddrPort{netip.MustParseAddrPort("203.0.113.9:3128"), netip.MustParseAddrPort("[::]:53")}
	for text, want := range map[string]bool{
		"203.0.113.9:3128": true, "0.0.0.0:3128": true, "127.0.0.1:53": true, "[::1]:53": true, "127.0.0.53:53": true,
		"203.0.113.9:80": false, "203.0.113.10:3128": false, "203.0.113.9:53": false,
	} {
		if got := egress.Own(listeners, netip.MustParseAddrPort(text)); got != want {
			t.Errorf("%s is one's own: %t; want %t", text, got, want)
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"metadata.google.internal": true, "x.metadata.goog": true, "Instance-Data": true, "metadata.tencentyun.com": true,
		"notmetadata.goog": false, "metadata.goog.example": false, "goog": false,
	} {
		n, err := hostname.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := egress.Metadata(n); got != want {
			t.Errorf("%s: %t; want %t", text, got, want)
		}
	}
}

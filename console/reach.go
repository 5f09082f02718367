package console

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// reachable returns the address at which other devices reach the console, false when
// none can. A console on every interface is reached where r arrived, or else at an
// address of this computer in its network.
func (s *Server) reachable(r *http.Request) (netip.AddrPort, bool) {
	ap, err := netip.ParseAddrPort(s.Addr().String())
	if err != nil || onLoopback(s.Addr()) {
		return netip.AddrPort{}, false
	}
	host := ap.Addr().Unmap()
	if host.IsUnspecified() {
		if host = arrivedAt(r); !host.IsValid() || host.IsLoopback() {
			host = ownAddress()
		}
	}
	return netip.AddrPortFrom(host, ap.Port()), host.IsValid()
}

// place is where a device reaches a part of sekisho, as people enter it.
type place struct {
	Host, Port string
	Elsewhere  bool // only the computer that sekisho runs on reaches it, and this is not that one
}

// placeFor returns where the client of r reaches what listens at a; nil when nothing
// does. For what listens on every interface that is where r arrived, and for somebody
// at this computer, who may be about to set up another device, its address in its network.
func placeFor(a net.Addr, r *http.Request) *place {
	if a == nil {
		return nil
	}
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return &place{Elsewhere: true}
	}
	here, host := arrivedAt(r), ap.Addr().Unmap()
	if host.IsUnspecified() {
		if host = here; !host.IsValid() || host.IsLoopback() {
			if own := ownAddress(); own.IsValid() {
				host = own
			}
		}
	}
	return &place{
		Host: host.String(), Port: strconv.Itoa(int(ap.Port())),
		Elsewhere: host.IsLoopback() && here.IsValid() && !here.IsLoopback() || !host.IsValid(),
	}
}

// ownAddress returns an address that this computer has in a network, a private one
// with IPv4 if there is any; the zero Addr when there is none.
func ownAddress() (best netip.Addr) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return best
	}
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		switch a := p.Addr().Unmap(); {
		case !a.IsGlobalUnicast():
		case a.Is4() && a.IsPrivate():
			return a
		case !best.IsValid():
			best = a
		}
	}
	return best
}

// code is a QR code to be drawn: https://www.iso.org/standard/83389.html.
type code struct {
	Text string // what it says
	Size int    // of the drawing, in modules, with the margin
	Path string // the dark modules
}

// quiet is the margin that a code needs to be found, in modules.
const quiet = 4

// newCode draws a text, which is one of our own addresses and so never too long.
func newCode(text string) (*code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, n, n)
			}
		}
	}
	return &code{text, c.Size + 2*quiet, b.String()}, nil
}

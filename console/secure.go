package console

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"

	"sekisho/hostname"
)

// onLoopback reports whether only this computer can connect to a.
func onLoopback(a net.Addr) bool {
	ap, err := netip.ParseAddrPort(a.String())
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

// isPrivate reports whether nobody between the client and here can read r or answer
// it: TLS, or a connection that never left this computer.
func isPrivate(r *http.Request) bool { return r.TLS != nil || arrivedAt(r).IsLoopback() }

// toTLS sends a request that came in the clear to the same place over TLS. The
// port is the same: see split.
func (s *Server) toTLS(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		// What it carried has been read by whoever listens; a redirect would send
		// it once more and make it look right.
		serveText(w, http.StatusForbidden, "Use https:// for this.\n")
		return
	}
	http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusTemporaryRedirect)
}

var errForeignName = errors.New("not a name of this console")

// certificate returns a leaf for the name that a client asks for, if it is one
// under which the console may be asked, or for the address that it connected to.
func (s *Server) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hostOnly(hello.ServerName)
	if name == "" {
		ap, err := netip.ParseAddrPort(hello.Conn.LocalAddr().String())
		if err != nil {
			return nil, err
		}
		name = ap.Addr().Unmap().WithZone("").String()
	} else if !s.hosts.own[name] && name != s.hosts.name {
		return nil, errForeignName
	}
	n, err := hostname.Parse(name)
	if err != nil {
		return nil, err
	}
	return s.options.Leaf(n)
}

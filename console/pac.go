package console

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
)

// pac is the proxy configuration. Its verbs are why it ends as it does, the list of
// exceptions, and what it answers for all else.
//
// Names are compared as text only: isInNet and isResolvable on a name would ask
// DNS for each host before the proxy sees it.
const pac = `// Proxy configuration of sekisho.
//
%s
var direct = %s;
function FindProxyForURL(url, host) {
  host = host.toLowerCase().replace(/\.$/, "");
  if (isPlainHostName(host) && host.indexOf(":") < 0) return "DIRECT";
  if (dnsDomainIs(host, ".localhost") || dnsDomainIs(host, ".local")) return "DIRECT";
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    if (isInNet(host, "127.0.0.0", "255.0.0.0") ||
        isInNet(host, "10.0.0.0", "255.0.0.0") ||
        isInNet(host, "172.16.0.0", "255.240.0.0") ||
        isInNet(host, "192.168.0.0", "255.255.0.0") ||
        isInNet(host, "169.254.0.0", "255.255.0.0")) return "DIRECT";
  }
  if (host.indexOf(":") >= 0 && /^\[?(::1\]?$|f[cd]|fe[89ab])/.test(host)) return "DIRECT";
  for (var i = 0; i < direct.length; i++) {
    if (host === direct[i] || dnsDomainIs(host, "." + direct[i])) return "DIRECT";
  }
  return "PROXY %s";
}
`

// Why a configuration ends as it does.
const (
	whyClosed = `// There is no "; DIRECT" behind the proxy on purpose. With it, a browser that
// once could not reach sekisho goes around it, for half an hour or more, and
// nothing shows that the protection is off. Without it, a browser that has this
// configuration opens no page until sekisho runs again.
//
// It closes nothing for a browser that could not get this configuration, because
// sekisho was down when it started: browsers go around the proxy then, silently.
// Where nothing may pass, set the proxy by hand, as address and port.`
	whyOpen = `// An owner chose to let browsers go on without sekisho while it cannot be
// reached. Nothing shows then that the protection is off.`
)

// servePAC answers with the configuration for the client that asks, or says why
// there is none that would work for it.
func (s *Server) servePAC(w http.ResponseWriter, r *http.Request, _ person) {
	addr := s.options.Proxy()
	if addr == nil {
		serveText(w, http.StatusNotFound, "The proxy is switched off (listen.proxy).\n")
		return
	}
	proxy, err := proxyFor(addr, r)
	if err != nil {
		serveText(w, http.StatusNotFound, err.Error()+"\n")
		return
	}
	c := s.pacChoice(r.Context())
	why, way := whyClosed, proxy.String()
	if c.Open {
		why, way = whyOpen, way+"; DIRECT"
	}
	direct, _ := json.Marshal(append([]string{}, c.Except...)) // strings always have a form
	w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
	_, _ = fmt.Fprintf(w, pac, why, direct, way)
}

// proxyFor returns the host:port at which the client of r reaches the proxy. A
// proxy on every interface is reached where the console was.
func proxyFor(proxy net.Addr, r *http.Request) (netip.AddrPort, error) {
	ap, err := netip.ParseAddrPort(proxy.String())
	if err != nil {
		return ap, fmt.Errorf("the proxy's address %s cannot be used in a configuration", proxy)
	}
	here := arrivedAt(r)
	host := ap.Addr().Unmap()
	switch {
	case host.IsUnspecified() && here.IsValid():
		host = here
	case host.IsLoopback() && here.IsValid() && !here.IsLoopback():
		return ap, fmt.Errorf("the proxy listens on %s, which only its own computer reaches; "+
			"set listen.proxy to an address of your network", ap)
	}
	return netip.AddrPortFrom(host, ap.Port()), nil
}

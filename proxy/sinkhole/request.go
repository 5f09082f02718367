package sinkhole

import (
	"net/http"

	"sekisho/hostname"
)

// serveHTTP has a request that was led here answered. Its body is not read, whatever
// was entered: only the head decides.
func (k *Sinkhole) serveHTTP(w http.ResponseWriter, r *http.Request) {
	c := r.Context().Value(connKey{}).(*conn)
	if r.ProtoMajor == 1 {
		c.handled = true
	}
	if r.ContentLength != 0 { // or net/http would read on for the next request
		w.Header().Set("Connection", "close")
	}
	k.house.Answer(w, r, c.visit(r))
}

// visit is what r, which came on c, asks for.
func (c *conn) visit(r *http.Request) Visit {
	v := Visit{Client: c.client, Scheme: "http"}
	if !c.site.IsZero() {
		v.Scheme = "https"
	}
	n, port, err := hostname.ParseAuthority(r.Host)
	if err != nil || r.Method == http.MethodConnect || !c.site.IsZero() && n != c.site {
		return v
	}
	for _, host := range r.Header["Host"] { // beside HTTP/2's own
		if again, at, err := hostname.ParseAuthority(host); err != nil || again != n || at != port {
			return v
		}
	}
	v.Site = n
	return v
}

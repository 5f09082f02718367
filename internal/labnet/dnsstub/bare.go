package main

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"time"
)

// serveBare answers DNS over HTTPS at addr with net/http and nothing else: what
// it costs is what no resolver behind net/http can do without.
func serveBare(addr, cert, key string) error {
	server := &http.Server{Addr: addr, ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(bare)}
	return server.ListenAndServeTLS(cert, key)
}

func bare(w http.ResponseWriter, r *http.Request) {
	query, err := base64.RawURLEncoding.DecodeString(r.URL.Query().Get("dns"))
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	reply, _ := answer(make([]byte, 0, len(query)+room), query)
	h := w.Header()
	h.Set("Content-Type", "application/dns-message")
	h.Set("Content-Length", strconv.Itoa(len(reply)))
	h.Set("Cache-Control", "max-age=86400")
	_, _ = w.Write(reply) // an asker that is gone is no loss
}

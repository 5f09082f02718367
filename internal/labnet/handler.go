package labnet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// Echo is what /echo and /upload answer, in JSON.
type Echo struct {
	Method  string      `json:"method"`
	Proto   string      `json:"proto"` // of the request as it reached the origin
	Host    string      `json:"host"`
	URI     string      `json:"uri"` // the request target, byte for byte
	Header  http.Header `json:"header"`
	Size    int64       `json:"size"` // of the body
	Sum     string      `json:"sum"`  // SHA-256 of the body, in hex
	Trailer http.Header `json:"trailer"`
}

// Handler returns the usual site: a page at /, and
//
//	/echo            the request as [Echo]; any method, any path below it
//	/upload          the same; meant for large bodies
//	/download        ?mib=N or ?bytes=N of [Pattern], ranges supported
//	/sse             ?n=N&every=D server-sent events
//	/ws              a WebSocket that echoes messages
//	/trailers        a body with the trailers X-Sum and X-Late
//	/early-hints     103 with a Link, then 200
//	/slow            ?wait=D before the answer
//	/status/NNN      that status, with a body where one is allowed
//	/page            ?title=T&fetch=URL&frame=URL&ws=URL: a page whose script
//	                 does those and writes the outcome into its elements
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", serveEcho)
	mux.HandleFunc("/echo/", serveEcho)
	mux.HandleFunc("/upload", serveEcho)
	mux.HandleFunc("/download", serveDownload)
	mux.HandleFunc("/sse", serveSSE)
	mux.HandleFunc("/ws", ServeWS)
	mux.HandleFunc("/trailers", serveTrailers)
	mux.HandleFunc("/early-hints", serveEarlyHints)
	mux.HandleFunc("/slow", serveSlow)
	mux.HandleFunc("/status/{code}", serveStatus)
	mux.HandleFunc("/page", servePage)
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<!doctype html><title>labnet</title><h1>%s</h1>", html.EscapeString(r.Host))
	})
	return mux
}

func serveEcho(w http.ResponseWriter, r *http.Request) {
	h := sha256.New()
	n, err := io.Copy(h, r.Body)
	if err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(Echo{
		Method: r.Method, Proto: r.Proto, Host: r.Host, URI: r.RequestURI, Header: r.Header,
		Size: n, Sum: hex.EncodeToString(h.Sum(nil)), Trailer: r.Trailer,
	})
}

func serveDownload(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.ParseInt(r.FormValue("bytes"), 10, 64)
	if err != nil {
		mib, _ := strconv.ParseInt(r.FormValue("mib"), 10, 64)
		size = mib << 20
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="pattern.bin"`)
	w.Header().Set("ETag", fmt.Sprintf(`"pattern-%d"`, size))
	http.ServeContent(w, r, "", time.Time{}, NewPattern(size))
}

func serveSSE(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("n"))
	if err != nil {
		n = 3
	}
	every, _ := time.ParseDuration(r.FormValue("every"))
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	for i := range n {
		if i > 0 && !pause(r, every) {
			return
		}
		_, _ = fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", i, i)
		_ = http.NewResponseController(w).Flush()
	}
}

// ServeWS accepts a WebSocket and sends every message back until the peer ends
// it or the connection is closed.
func ServeWS(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }()
	c.SetReadLimit(1 << 20)
	for {
		kind, msg, err := c.Read(r.Context())
		if err != nil {
			return
		}
		if err := c.Write(r.Context(), kind, msg); err != nil {
			return
		}
	}
}

func serveTrailers(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Trailer", "X-Sum")
	const body = "body before trailers"
	_, _ = io.WriteString(w, body)
	_ = http.NewResponseController(w).Flush()
	w.Header().Set("X-Sum", fmt.Sprintf("%x", sha256.Sum256([]byte(body))))
	w.Header().Set(http.TrailerPrefix+"X-Late", "unannounced")
}

func serveEarlyHints(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Link", "</style.css>; rel=preload; as=style")
	w.WriteHeader(http.StatusEarlyHints)
	_, _ = io.WriteString(w, "after hints")
}

func serveSlow(w http.ResponseWriter, r *http.Request) {
	wait, _ := time.ParseDuration(r.FormValue("wait"))
	if pause(r, wait) {
		_, _ = io.WriteString(w, "late")
	}
}

func serveStatus(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.PathValue("code"))
	if err != nil || code < 200 || code > 599 {
		code = http.StatusBadRequest
	}
	w.WriteHeader(code)
	if code != http.StatusNoContent && code != http.StatusNotModified {
		_, _ = fmt.Fprintf(w, "status %d", code)
	}
}

// pause waits for d; it reports false when the client left before.
func pause(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

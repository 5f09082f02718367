package console

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// problem is the body of an error of the API (RFC 9457). Its type says no more than
// the status, so it is about:blank.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func serveProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	writeJSON(w, problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}

func serveJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, v)
}

func writeJSON(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // what is left to fail is the connection
}

// readJSON reads the one object that a request carries into v. It answers itself
// when it cannot, and reports whether it could. A body under another type is
// refused: forms of other sites cannot send this one.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		serveProblem(w, http.StatusUnsupportedMediaType, "Send application/json.")
		return false
	}
	body, err := io.ReadAll(r.Body) // which is bounded
	if err == nil {
		err = strictly(body, v)
	}
	if err == nil {
		return true
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		serveProblem(w, http.StatusRequestEntityTooLarge, "The body is too large.")
	} else {
		serveProblem(w, http.StatusBadRequest, "The body is not the one JSON object that openapi.json describes.")
	}
	return false
}

// strictly reads one object into v. What [json.Decoder] lets pass is refused: a key that
// is there twice, of which the last would count, or in capitals, null, and what follows.
func strictly(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("trailing data")
	}
	d = json.NewDecoder(bytes.NewReader(body))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return errors.New("no object")
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			return err
		}
		if string(value) == "null" {
			return errors.New("null, which would be taken for what was left out")
		}
		name, _ := key.(string)
		if seen[name] || name != strings.ToLower(name) {
			return fmt.Errorf("key %q is there twice, or in capitals", name)
		}
		seen[name] = true
	}
	return nil
}

//go:embed openapi.json
var description []byte

// apiDescription answers with the OpenAPI document.
func (s *Server) apiDescription(w http.ResponseWriter, _ *http.Request, _ person) {
	w.Header().Set("Content-Type", "application/vnd.oai.openapi+json")
	_, _ = w.Write(description)
}

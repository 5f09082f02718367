package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/staff"
)

// TestDocumentIsTheTable: the document and the table of routes have the same
// operations, and the same roles.
func TestDocumentIsTheTable(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	if d.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q", d.OpenAPI)
	}
	told := map[string]string{}
	ids := map[string]bool{}
	for path, operations := range d.Paths {
		for method, o := range operations {
			told[strings.ToUpper(method)+" "+path] = o.Role
			if o.ID == "" || ids[o.ID] {
				t.Errorf("%s: operationId %q is empty or not the only one", path, o.ID)
			}
			ids[o.ID] = true
		}
	}
	there := map[string]string{}
	for _, r := range routes {
		if isAPI(r.path) {
			there[r.method+" "+r.path] = r.need.String()
		}
	}
	if !maps.Equal(told, there) {
		t.Errorf("the document has %v; the table %v", told, there)
	}
}

// examples are requests, each with the status that it is to have. Every operation
// and every status of the document must be among them.
func examples(id string) []example {
	as := func(op, method, path string, status int) example {
		return example{op: op, method: method, path: path, status: status, role: staff.Owner, contentType: "application/json"}
	}
	with := func(e example, body string) example { e.body = body; return e }
	by := func(e example, r staff.Role) example { e.role = r; return e }
	plain := func(e example) example { e.contentType = "text/plain"; return e }
	all := []example{
		as("description", "GET", "/openapi.json", 200),
		as("status", "GET", "/status", 200),
		as("events", "GET", "/events", 200),
		as("events", "GET", "/events?host=none.example", 200),
		as("events", "GET", "/events?limit=1", 200),
		as("events", "GET", "/events?cursor=x", 400),
		as("events", "GET", "/events?acton=block", 400),
		as("incidents", "GET", "/incidents?state=open", 200),
		as("incidents", "GET", "/incidents?danger=true&since=24h", 200),
		as("incidents", "GET", "/incidents?danger=no", 400),
		as("incidents", "GET", "/incidents?cursor=x", 400),
		as("incidents", "GET", "/incidents?state=closed", 400),
		as("incident", "GET", "/incidents/"+id, 200),
		as("incident", "GET", "/incidents/0000", 404),
		as("incident", "GET", "/incidents/%00%2F..", 404),
		as("check", "GET", "/check", 405),
		with(as("check", "POST", "/check", 200), `{"names":["amazon.co.jp","https://amazon-signin.example/x?y","a b",""]}`),
		with(as("check", "POST", "/check", 400), `{"names":[]}`),
		with(as("check", "POST", "/check", 400), `{"names":["a.example"]}{}`),
		with(as("check", "POST", "/check", 400), `{"name":["a.example"]}`),
		with(as("check", "POST", "/check", 400), `{"names":[`+strings.Repeat(`"",`, maxNames)+`""]}`),
		with(as("check", "POST", "/check", 413), `{"names":["`+strings.Repeat("a", maxBody)+`"]}`),
		plain(with(as("check", "POST", "/check", 415), `{"names":["a.example"]}`)),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"ignore"}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"allow","for":null}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"false_alarm","for":"2020-01-01"}`),
		with(as("decide", "POST", "/incidents/"+blockedID+"/decision", 409), `{"decision":"allow","for":"15m"}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"allow","for":"1y"}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"confirmed","for":"15m"}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 400), `{"decision":"allow","note":"`+strings.Repeat("x", maxNote+1)+`"}`),
		with(as("decide", "POST", "/incidents/"+id+"/decision", 413), `{"decision":"`+strings.Repeat("a", maxBody)+`"}`),
		plain(with(as("decide", "POST", "/incidents/"+id+"/decision", 415), `{"decision":"allow"}`)),
		with(as("decide", "POST", "/incidents/0000/decision", 404), `{"decision":"allow"}`),
		with(by(as("decide", "POST", "/incidents/"+id+"/decision", 200), staff.Reviewer), `{"decision":"false_alarm","for":"24h","note":"our printer's page"}`),
		with(by(as("decide", "POST", "/incidents/"+id+"/decision", 403), staff.Viewer), `{"decision":"allow"}`),
	}
	for _, o := range [][3]string{
		{"description", "GET", "/openapi.json"},
		{"status", "GET", "/status"},
		{"events", "GET", "/events"},
		{"incidents", "GET", "/incidents"},
		{"incident", "GET", "/incidents/" + id},
		{"check", "POST", "/check"},
		{"decide", "POST", "/incidents/" + id + "/decision"},
	} {
		all = append(all, by(as(o[0], o[1], o[2], 401), staff.None))
	}
	return all
}

type example struct {
	op, method, path, contentType, body string
	role                                staff.Role
	status                              int
}

// TestDocumentIsTheHandlers asks for every operation in every way, and holds each
// answer to what the document says of it.
func TestDocumentIsTheHandlers(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	s, id := startWithIncident(t)
	recordBlocked(t, s, "x.blocked.example", "is listed as blocked.example in lists.block[0]", blockedID)
	tokens := map[staff.Role]string{}
	for _, r := range []staff.Role{staff.Viewer, staff.Reviewer, staff.Owner} {
		var err error
		if tokens[r], err = s.options.Staff.AddToken(r.String(), r, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	byID := map[string]operation{}
	open := map[string]bool{} // "operation status" that no example has had yet
	for _, operations := range d.Paths {
		for _, o := range operations {
			byID[o.ID] = o
			for status := range o.Responses {
				open[o.ID+" "+status] = true
			}
		}
	}
	for _, e := range examples(id) {
		header := []string{"Content-Type", e.contentType}
		if e.role > staff.None {
			header = append(header, "Authorization", "Bearer "+tokens[e.role])
		}
		got := send(t, s, e.method, "/api/v1"+e.path, "", e.body, header...)
		name := fmt.Sprintf("%s %s %.60s", e.method, e.path, e.body)
		if got.status != e.status {
			t.Errorf("%s: %d %.300s; want %d", name, got.status, got.body, e.status)
			continue
		}
		if e.status == 405 {
			continue // no operation of the document
		}
		delete(open, fmt.Sprintf("%s %d", e.op, e.status))
		content := byID[e.op].Responses[fmt.Sprint(e.status)].Content
		told, ok := content[got.header.Get("Content-Type")]
		if !ok || len(content) != 1 {
			t.Errorf("%s: %s; the document has %v", name, got.header.Get("Content-Type"), slices.Collect(maps.Keys(content)))
			continue
		}
		var v any
		if err := json.Unmarshal([]byte(got.body), &v); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, p := range d.problems(told.Schema, v, "answer") {
			t.Errorf("%s: %s", name, p)
		}
	}
	for what := range open {
		// Who reads is a viewer, below which there is only nobody.
		if strings.HasSuffix(what, " 403") && !strings.HasPrefix(what, "decide") {
			continue
		}
		t.Errorf("no example has %s", what)
	}
}

// TestDocumentIsTheParameters: each parameter of the document is taken, in each of
// its words and in no other.
func TestDocumentIsTheParameters(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	values := map[string]string{"since": "24h", "until": "2026-01-31", "host": "a.example", "client": "192.0.2.1", "limit": "7", "upto": "7"}
	for path, read := range map[string]func(map[string][]string) error{
		"/api/v1/events":    func(v map[string][]string) error { _, _, err := eventFilter(person{}, v, filterNow); return err },
		"/api/v1/incidents": func(v map[string][]string) error { _, _, err := incidentFilter(v, filterNow); return err },
	} {
		told := d.Paths[path]["get"].Parameters
		for _, p := range told {
			accepted := p.Schema.Enum
			if accepted == nil {
				value := values[p.Name]
				if value == "" {
					value = "x"
				}
				accepted = []string{value}
			} else if read(map[string][]string{p.Name: {"none-of-them"}}) == nil {
				t.Errorf("%s: %s takes any word", path, p.Name)
			}
			for _, value := range accepted {
				if err := read(map[string][]string{p.Name: {value}}); err != nil {
					t.Errorf("%s?%s=%s: %v", path, p.Name, value, err)
				}
			}
		}
	}
}

// TestDocumentIsTidy: it is as the encoder writes it, so that a change shows as what
// it is.
func TestDocumentIsTidy(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := json.Indent(&b, description, "", "  "); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(b.Bytes()), bytes.TrimSpace(description)) {
		t.Error("openapi.json is not indented by two spaces")
	}
}

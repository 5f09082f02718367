package labnet

import (
	"html/template"
	"net/http"
)

// page is a document that tries what its query names and writes each outcome
// into an element, where a browser test reads it.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title><link rel="icon" href="data:,"></head>
<body>
<h1 id="title">{{.Title}}</h1>
<p id="secure"></p><p id="proto"></p><p id="fetch"></p><p id="cors"></p><p id="ws"></p>
{{with .Frame}}<iframe id="frame" src="{{.}}" width="600" height="300"></iframe>{{end}}
{{with .Download}}<a id="download" href="{{.}}" download>download</a>{{end}}
<script>
const say = (id, text) => { document.getElementById(id).textContent = text };
say('secure', 'secure ' + window.isSecureContext);
say('proto', 'proto ' + performance.getEntriesByType('navigation')[0].nextHopProtocol);
{{with .Fetch}}
fetch({{.}}, {method: 'POST', mode: 'no-cors', body: 'x'}).then(r => say('fetch', 'fetch ' + r.type + ' ' + r.status), e => say('fetch', 'fetch failed ' + e.name));
fetch({{.}}).then(r => say('cors', 'cors ' + r.status + ' ' + r.headers.get('Content-Type')), e => say('cors', 'cors failed ' + e.name));
{{end}}
{{with .WS}}
const ws = new WebSocket({{.}});
ws.onopen = () => ws.send('hello');
ws.onmessage = m => { say('ws', 'ws ' + m.data); ws.close() };
ws.onerror = () => say('ws', 'ws failed');
{{end}}
</script></body></html>`))

func servePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{
		"Title": r.FormValue("title"), "Fetch": r.FormValue("fetch"), "Frame": r.FormValue("frame"),
		"WS": r.FormValue("ws"), "Download": r.FormValue("download"),
	})
}

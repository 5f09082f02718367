package guard

import (
	"bytes"
	"slices"

	"sekisho/guard/charset"
)

// Inspect reads a request. body is its first MaxBody bytes at most, after the
// transfer coding and before the content coding; complete says that it is all.
// Neither h nor body is kept or changed. It takes a few microseconds for a form
// and, whatever the body, a time bounded by the constants of this package.
func Inspect(h Head, body []byte, complete bool, x Hints) Finding {
	r := newReader(x)
	r.target(h)
	r.header(h.Header)
	r.ahead, r.early = r.at, r.read
	if x.AfterCopy {
		r.lateHead(h)
	}
	if len(body) > MaxBody {
		body, complete = body[:MaxBody], false
	}
	if len(body) > 0 {
		r.body(h, body, complete)
		// Under a coding everything is noise; what it holds was read.
		coded := len(h.Header["Content-Encoding"]) > 0
		r.undecoded = r.undecoded || x.Suspicious && complete && !coded && encrypted(body)
	}
	f := r.finding(h)
	if r.long && complete {
		f = toTheEnd(h, body, x, f)
	}
	r.besides(h, &f)
	return f
}

// maxToTheEnd is how long a body may be under its coding that came whole. It takes a second.
const maxToTheEnd = 64 << 20

// toTheEnd reads with a [Stream] a body that is longer under its coding than the decoders
// take in one piece, of which f was found so far. It came whole, so that it can be judged
// before any of it leaves.
func toTheEnd(h Head, body []byte, x Hints, f Finding) Finding {
	s := NewStream(h, x)
	s.most = maxToTheEnd
	_, _ = s.Write(body)
	_ = s.Close()
	whole := s.Finding()
	if whole.Act > Identify || whole.Amazon || f.Act <= Identify && whole.Act == Identify {
		f.Wipe()
		f = whole
	}
	f.Undecoded, f.Bomb = whole.Undecoded, whole.Bomb
	return f
}

// besides adds what stands in cookies and headers.
func (r *reader) besides(h Head, f *Finding) {
	candidates, ids := r.ambient(h)
	f.crowdIn(r, candidates, r.most())
	f.Beside = secrets(maxIDs, ids)
	if r.hints.Follows && !r.hints.Sparing && !f.WithID && f.Act == Nothing {
		f.Followed = true
	}
	if len(f.Tries) > 0 && len(f.Tries) < len(f.Passwords) {
		f.Tries = append(f.Tries, make([]uint64, len(f.Passwords)-len(f.Tries))...)
	}
}

// crowdIn adds candidates to Passwords, those that look typed before what programs
// make.
func (f *Finding) crowdIn(r *reader, candidates []value, most int) {
	var typed []value
	for _, v := range candidates {
		if made := machineMade(v.v); !made || r.hints.Suspicious {
			typed = append(typed, v)
		}
	}
	if r.afterID() {
		candidates = typed // of a step that may be one, the session is none
	}
	before := f.Passwords[f.Likely:]
	likely := moreSecrets(f.Passwords[:f.Likely:f.Likely], most, typed)
	if n := len(likely) - f.Likely; n > 0 && len(f.Tries) > 0 {
		f.Tries = slices.Insert(f.Tries, f.Likely, make([]uint64, n)...)
	}
	f.Likely = len(likely)
	f.Passwords = append(likely, before...)
	f.Passwords = moreSecrets(f.Passwords[:min(most, len(f.Passwords))], most, candidates)
	f.Tries = f.Tries[:min(len(f.Tries), len(f.Passwords))]
}

// InspectMessage reads one message that a page sends over a WebSocket. h is
// the head of the handshake; its target and header were read with that. binary
// is the message's own label, which decides nothing by itself.
func InspectMessage(h Head, payload []byte, binary bool, x Hints) Finding {
	r := newReader(x)
	r.sign("websocket")
	payload = payload[:min(len(payload), MaxBody)]
	if binary {
		payload = r.unwrap(nil, payload, true)
	}
	for _, view := range r.views(payload, "") {
		r.view(part{body: view})
	}
	h = Head{Host: h.Host, Target: h.Target}
	f := r.finding(h)
	if r.long {
		f = toTheEnd(h, payload, x, f)
	}
	return f
}

func newReader(x Hints) *reader { return &reader{hints: x, work: maxWork} }

// body unwraps a body and hands it to the decoders.
func (r *reader) body(h Head, body []byte, complete bool) {
	body = r.unwrap(h.Header["Content-Encoding"], body, complete)
	types := h.Header["Content-Type"]
	if len(types) == 0 {
		types = []string{""}
	}
	// Servers differ over which of two labels they believe.
	for _, t := range types[:min(len(types), 2)] {
		media, params := mediaType(t)
		if r.messages(h, media, body) {
			continue
		}
		r.report = reports(media)
		label := ""
		if names := parameters(params, "charset"); len(names) > 0 {
			label = string(bytes.ToLower(names[0]))
		}
		for _, view := range r.views(body, label) {
			r.view(part{body: view, media: media, params: params})
		}
	}
}

// view reads a body as one of the texts that it may be, and if no decoder found a
// protected ID in it once more as what a script makes of a text.
func (r *reader) view(p part) {
	read := r.read
	whole := r.decode(p)
	r.lateText(p.body, false)
	if r.hints.Known != nil && len(p.body) <= maxStepText {
		r.shownText(p)
	}
	if r.hints.Known == nil || len(r.knownIDs) > 0 {
		return
	}
	if !whole && !charset.NotText(p.body) {
		r.aroundNumbers(p.body)
	}
	if len(r.knownIDs) > 0 || len(p.body) > maxArmour {
		return
	}
	if armoured(p.body) {
		readArmour(r, p)
	}
	if bytes.IndexByte(p.body, '@') > 0 && !charset.NotText(p.body) {
		r.reversedID(p.body, true)
	} else {
		r.reversedOpaque(p.body)
	}
	fields := r.read > read
	formatted := whole && (looksJSON(p.body) || fields && (enclosed(p.body) || isMedia("x-www-form-urlencoded")(p.media)))
	if !fields && !formatted && len(p.body) <= maxPassword && (r.hints.Follows || r.hints.Suspicious) {
		r.valueAsBody(p.body)
		return
	}
	r.alone(p, whole)
	if !formatted && (!fields || !enclosed(p.body) && !looksMultipart(p.body) && bytes.IndexByte(p.body, '&') < 0) {
		r.noteText(p.body)
	}
}

// enclosed reports whether b has the brackets of JSON or XML at both ends.
func enclosed(b []byte) bool {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '{':
		return b[len(b)-1] == '}'
	case '[':
		return b[len(b)-1] == ']'
	case '<':
		return b[len(b)-1] == '>'
	}
	return false
}

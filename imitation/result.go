package imitation

// Result returns what was found so far.
func (s *Scanner) Result() Result {
	var r Result
	found := s.found.set
	if count(s.found.cluster) >= clusterLine {
		found.add(auiCluster)
	}
	if s.page != nil || s.outside != nil {
		s.sum(&found, &r)
	}
	text := s.fetched && s.kind == scriptFile && s.events == nil
	if s.shape.quotes(found.asks()) || text && (written(s.contentType) || !s.fills(&found)) {
		found.quote()
	}
	r.Grade, r.Score = found.grade()
	r.Data = s.kind == jsonFile || s.data != nil || s.fetched && s.kind == scriptFile
	r.Signs = found.names()
	r.Relay = found.relay()
	return r
}

// fills reports whether text that a script fetched may be what a page is filled with:
// it has fields to type a credential into, or code that makes them, or says what it
// says in a form that nobody reads.
func (s *Scanner) fills(found *set) bool {
	return found.asks() || s.page != nil && s.page.script.coded
}

// sum adds to found what the documents of the response say.
func (s *Scanner) sum(found *set, r *Result) {
	fields := append(append([]field(nil), s.before.fields...), s.shape.fields...)
	settle(fields[len(s.before.fields):])
	for _, d := range [...]*document{s.page, s.data, s.outside} {
		if d != nil {
			fields = d.collect(found, fields)
		}
	}
	if s.data != nil {
		s.data.script.words(found)
	}
	r.Drawn = found.has(scriptPassword)
	r.purposes(fields, found)
	r.learns(s.found.learnt)
	asks := found.asks()
	paged := s.page != nil && (s.kind == htmlPage || s.kind == xmlPage)
	if paged && !asks && s.framed && !s.page.scripted {
		found.untitle()
	}
	switch {
	case paged:
		s.whole(found, r)
		if state := &s.page.script.state; r.Content == Shell && !asks && state.says() {
			found.join(state)
		}
	default:
		for d := s.page; d != nil; d = d.inside {
			d.script.words(found)
		}
	}
	text := s.before.said
	for i, d := range [...]*document{s.page, s.data, s.outside} {
		if d != nil && (i == 0 || asks) {
			d.words(&text)
		}
	}
	text.mail = text.mail && !s.found.seller
	counted := text.all(found)
	if text.other && !text.logo && !found.any(passwordField, newPasswordField) {
		counted.remove(trustBrowser) // tools took over the words, for codes of their own
	}
	if paged && !s.framed && s.found.claimed(found, &counted, &text) {
		found.add(titleNamed)
	}
	if paged && !s.framed && s.found.owned(found, &counted, &text) {
		s.found.owns(found)
	}
	if paged && !s.framed && r.Content == Shell && s.found.bare.amazon && !text.other {
		found.add(titleAbout) // a script is to bring the form
	}
	if paged && !s.framed && found.codeAsked(&counted, text.code) {
		found.add(codePage)
		asks = true
	}
	if asks = asks || found.unnamedWith(&counted); !asks && !s.series {
		found.part(&text.own)
		found.part(&text.quote)
		if paged && found.any(openField, nameField) && text.own.has(emailOrPhone) || paged && s.page.draws() {
			found.add(partForm)
		}
		if paged && s.page.awaits(found, &text.own) {
			found.add(framed)
		}
	}
	if asks || paged {
		found.take(&counted, asks)
	}
	if text.other && found.has(titleWhole) && !strong(found, "wording", "legal", "field", "id", "look", "asset", "origin", "relay", "redirect") {
		found.remove(titleWhole)
		found.add(titleAbout)
	}
	if own := *found; own.has(partWords) {
		if own.remove(partWords); strong(&own, "wording") {
			*found = own // the same words once more
		}
	}
}

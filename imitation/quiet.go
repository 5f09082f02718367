package imitation

import "slices"

// Quiet reports whether nothing that was read so far has to do with Amazon or with
// credentials, not even what counts only together with more: a document may be
// passed on up to here before it is whole.
func (s *Scanner) Quiet() bool {
	if s.headEnd || len(s.head) == 0 {
		return s.quiet()
	}
	// What is too short to be read yet is read on trial.
	trial := &Scanner{kind: s.kind, contentType: s.contentType, found: findings{set: s.found.set, packed: maxUnpacked, peeled: maxPeeled, turned: maxTurned}}
	trial.head = slices.Clone(s.head)
	trial.begin()
	return trial.quiet()
}

func (s *Scanner) quiet() bool {
	if s.found.set.weighs() || s.found.cluster != 0 {
		return false
	}
	for _, d := range [...]*document{s.page, s.data, s.outside} {
		if d != nil && !d.quiet() {
			return false
		}
	}
	return true
}

func (d *document) quiet() bool {
	if len(d.fields)+len(d.title) > 0 || !d.spots.quiet() || !d.script.quiet() {
		return false
	}
	for _, in := range [...]*document{d.inside, d.shadow} {
		if in != nil && !in.quiet() {
			return false
		}
	}
	return true
}

func (s *script) quiet() bool { return !s.seen.weighs() && (s.spots == nil || s.spots.quiet()) }

func (s *spots) quiet() bool { return s.brand < 0 && len(s.labels) == 0 && !s.seen.weighs() }

// weighs reports whether a sign is among s that counts for something.
func (s *set) weighs() bool {
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].weight > 0 {
			return true
		}
	}
	return false
}

package imitation

// FirstStep reports whether signs, gathered as for [Grades], make a page suspect that
// asks for a name alone: without its fields for passwords and codes, which any site with
// a log-in has beside the forms of its newsletter and its letter box.
func FirstStep(names []string) bool {
	s := setOf(names)
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].class == "form" && signs[i].asks {
			s.remove(i)
		}
	}
	grade, _ := s.grade()
	return grade >= Suspect
}

// MentionsOnly reports whether signs say no more of Amazon than what a mail of its has,
// and whoever shows one: its name, which is on statements of cards and in advertisements
// for jobs too, the line of copyright, and words apart from any form.
func MentionsOnly(names []string) bool {
	s := setOf(names)
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		c := signs[i].class
		mention := c == "brand" || c == "legal" || i == partWords || i == titleBrand
		if !mention && classes[c].evidence && signs[i].weight > weak {
			return false
		}
	}
	return len(names) > 0
}

func setOf(names []string) (s set) {
	for _, n := range names {
		if i, ok := signIndex[n]; ok {
			s.add(i)
		}
	}
	return s
}

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

// MentionsOnly reports whether signs say no more of Amazon than its name, which is on
// statements of cards, in advertisements for jobs and on pages of those who sell there.
func MentionsOnly(names []string) bool {
	s := setOf(names)
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if c := signs[i].class; c != "brand" && classes[c].evidence && signs[i].weight > weak {
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

package imitation

// copyLine is the score from which signs make a copy.
const copyLine = 100

// suspectLine is the score from which a credential form with Amazon's name
// is suspect: the name alone is enough.
const suspectLine = 30

// weak is the weight up to which a sign says nothing by itself: words that
// any sign-in has.
const weak = 10

// class is a kind of evidence. Signs of one class come together in the making
// of a page, so they count up to most; signs of two classes do not.
type class struct {
	most int
	// evidence says that the class counts as one of the two that a copy needs.
	evidence bool
	// amazon says that a sign of the class means Amazon rather than a fashion
	// in sign-in pages.
	amazon bool
}

// classes is every value of the column class in signs.tsv.
var classes = map[string]class{
	"field":    {most: 90, evidence: true, amazon: true},
	"id":       {most: 80, evidence: true, amazon: true},
	"look":     {most: 45, evidence: true, amazon: true},
	"asset":    {most: 60, evidence: true, amazon: true},
	"origin":   {most: 60, evidence: true, amazon: true},
	"title":    {most: 50, evidence: true, amazon: true},
	"wording":  {most: 75, evidence: true},
	"legal":    {most: 45, evidence: true, amazon: true},
	"disguise": {most: 60, evidence: true, amazon: true},
	"brand":    {most: 30, evidence: true, amazon: true},
	"relay":    {most: 90, evidence: true, amazon: true},
	"redirect": {most: 60, evidence: true, amazon: true},
	"path":     {most: 40, evidence: true, amazon: true},
	"kit":      {most: 40, evidence: true},
	"form":     {}, // that credentials are asked for: necessary, and worth nothing
	"excuse":   {},
}

// nameField is the sign of a field for an e-mail address or telephone number.
var nameField = known("name-field")

// Grades returns the grade and score of signs gathered over several responses
// of one site. Names that are not in signs.tsv count nothing.
func Grades(names []string) (Grade, int) {
	s := setOf(names)
	return s.grade()
}

// grade weighs the signs. It depends on nothing else, so that signs can be
// kept by name and weighed together later.
func (s *set) grade() (Grade, int) {
	sums := map[string]int{}
	asks := false
	backed := s.backed()
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if backed || i != partWords && i != partLegal {
			sums[signs[i].class] += signs[i].weight
			asks = asks || signs[i].asks
		}
	}
	score, kinds, amazon := 0, 0, 0
	other := 0 // kinds besides the brand
	for name, sum := range sums {
		c := classes[name]
		score += min(sum, c.most)
		if c.evidence && sum > weak {
			kinds++
			if name != "brand" {
				other++
			}
			if c.amazon {
				amazon++
			}
		}
	}
	// The first step asks for the name alone, as newsletters do, and a last one for
	// a card, as shops do. There the evidence must be more than the brand and its
	// wording, which are quoted.
	asks = asks || (s.has(nameField) || s.has(cardField) || s.unnamed()) && other >= 2
	switch {
	case amazon == 0:
		return None, 0
	case asks && kinds >= 2 && score >= copyLine:
		return Copy, score
	case asks && score >= suspectLine:
		return Suspect, score
	}
	return Traces, score
}

// asks reports whether a document asks for credentials, by what is not its
// text: a password or code, or a name or card beside something of Amazon's making.
func (s *set) asks() bool {
	made := false
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].asks {
			return true
		}
		switch signs[i].class {
		case "field", "id", "look", "asset", "origin", "title":
			made = made || signs[i].weight >= 20
		}
	}
	return made && (s.has(nameField) || s.has(cardField))
}

// part keeps of the text of a document that asks for nothing that it may be a part
// of a page: the heading or the foot of a form that another part has. Words that are
// in s themselves, as those of data are, are not counted twice.
func (s *set) part(text *set) {
	if strong(text, "wording") && !strong(s, "wording") {
		s.add(partWords)
	}
	if text.any(copyrightLine, termsLine) {
		s.add(partLegal)
	}
}

// backed reports whether parts of a page count: it has the title of the sign-in, its
// form has words of Amazon's itself, or is in a frame that the page has among them. A
// quotation beside the site's own log-in has no such form.
func (s *set) backed() bool {
	if s.has(framed) && s.any(passwordField, newPasswordField, codeField, cardField, nameField) {
		return true
	}
	own := *s
	own.remove(partWords)
	return s.any(titleWhole, titleSeller, partForm) || strong(&own, "wording")
}

// partForm is the sign of a field for a name under Amazon's own label for it, in a
// document that has nothing else of a sign-in: one frame of several.
var partWords, partLegal, partForm = known("part-words"), known("part-legal"), known("part-form")

// take adds the signs of a text. A document that asks for nothing may quote
// whatever it likes: of its text only the brand is kept, so that a quotation
// and the site's own log-in, on another page, are not put together.
func (s *set) take(text *set, all bool) {
	for i := text.from(0); i < maxSigns; i = text.from(i + 1) {
		if all || signs[i].class == "brand" {
			s.add(i)
		}
	}
}

package imitation

// A form may come as data that describes it: a list of blocks, one for each field, with
// its type, its name and its label. Where a block is of the type "password" and one has
// a label of Amazon's, somebody is asked for a password under that label; it is no record
// of what people wrote. What the field is called there, it is called when it is sent.
// Whatever the labels are, a block of that type, or with a label that says password, tells
// what its field is called, if it says so by a key that names fields: learnt.go.

// described follows the blocks of data: the items of a list, or the objects that an object
// names.
type described struct {
	blocks []block
	text   []byte // of their words
	ids    int32
	key    [maxWord]byte // the last that may name one
	keyed  int           // its length; 0 for none

	fields  []field
	learnt  []field // by forms without a label of Amazon's
	legal   bool    // one is the line of copyright, or the terms
	form    bool    // the value at hand describes a form
	settled int32
}

// block is a word in one, from text[from:to], or that it has words of Amazon's.
type block struct {
	group, item, from, to int32
	said                  bool
	use                   use
}

const (
	maxWord   = 32
	maxBlocks = 256
	maxNames  = 4 // of a field: which of its words is the name nobody says

	// More passwords than any form has, and words than any field, cost time alone.
	maxPasswords, maxWords = 4, 16
)

// place is where blocks are kept of a holder, and of which it is one itself.
type place struct{ id, group, item, mark int32 }

// begin begins another value.
func (d *described) begin() {
	d.blocks, d.text, d.keyed, d.legal, d.form = d.blocks[:0], d.text[:0], 0, false, false
}

// whole reports whether the value describes a form of Amazon's, with the terms or the line of
// copyright. A label or two, and a title, are in records of what somebody filled in.
func (d *described) whole() bool { return d.form && d.legal }

// enter returns the place of an object or a list in that of what holds it.
func (d *described) enter(in *holder, list bool) place {
	d.ids++
	p := place{id: d.ids, mark: int32(len(d.blocks))}
	switch {
	case in == nil || list:
	case in.list:
		p.group, p.item = in.id, p.id
	case in.listed && in.item != 0: // a part of its block
		p.group, p.item, p.mark = in.group, in.item, in.mark
	default:
		p.group, p.item = in.id, p.id
		if d.keyed > 0 {
			d.note(p, d.key[:d.keyed], fieldName)
		}
	}
	d.keyed = 0
	return p
}

// word notes a string that begins so, if it is a word that names something.
func (d *described) word(in *holder, head []byte) {
	n := 0
	for n < len(head) && n < maxWord && inWord[head[n]] {
		n++
	}
	held := !in.key && in.group != 0 && !in.list && len(d.blocks) < maxBlocks
	worded := n > 0 && n < len(head) && head[n] == '"'
	as := otherUse
	if held && len(head) > 0 && (worded || mayLabel[head[0]]) {
		as = useOf(d.key[:d.keyed])
	}
	switch {
	case as == labelText && mayLabel[head[0]] && saysPassword(head):
		d.note(in.place, nil, passwordLabel)
		n = 0
	case !worded:
		n = 0
	case held:
		d.note(in.place, head[:n], as)
	}
	if in.key {
		d.keyed = copy(d.key[:], head[:n])
	}
}

// inWord has the bytes of a field's name or type.
var inWord = func() (t [256]bool) {
	for b := range t {
		t[b] = inIdent(byte(b)) || b == '-' || b == '.' || b == '[' || b == ']' || b == ':'
	}
	return t
}()

func (d *described) note(p place, word []byte, as use) {
	if len(d.blocks) < maxBlocks {
		from := int32(len(d.text))
		d.text = append(d.text, word...)
		d.blocks = append(d.blocks, block{p.group, p.item, from, int32(len(d.text)), false, as})
	}
}

// says notes that the string at hand, in a holder, has words of Amazon's.
func (d *described) says(in *holder) {
	if !in.list && in.group != 0 && len(d.blocks) < maxBlocks {
		d.blocks = append(d.blocks, block{group: in.group, item: in.item, said: true})
	}
}

// leave looks at the blocks that p held.
func (d *described) leave(p place) {
	if p.id == 0 || p.item != 0 && int(p.mark) == len(d.blocks) {
		return
	}
	own := d.blocks[min(int(p.mark), len(d.blocks)):]
	items, said, form, labelled := 0, false, false, false
	var last int32
	for i := range own {
		if b := &own[i]; b.group == p.id {
			if b.item != last {
				items, last = items+1, b.item
			}
			said = said || b.said
			form = form || d.isPassword(b)
			labelled = labelled || b.use == passwordLabel
		}
	}
	if items == 0 {
		return
	}
	switch {
	case items < 2:
	case said && form:
		d.form = true
		for n := range maxNames {
			d.named(own, p.id, n)
		}
	case form || labelled:
		d.learn(own, p.id)
	}
	d.blocks = d.blocks[:p.mark]
	if len(d.blocks) == 0 {
		d.text = d.text[:0]
	}
}

// named adds the passwords of a group by the n-th of their words that no other of its
// blocks has, as a form of its own.
func (d *described) named(own []block, group int32, n int) {
	d.settled--
	passwords := 0
	for i := range own {
		if own[i].group != group || !d.isPassword(&own[i]) {
			continue
		}
		if passwords++; passwords > maxPasswords {
			return
		}
		at, words := 0, 0
		for k := range own {
			b := &own[k]
			if b.group != group || b.item != own[i].item || b.said || b.use == passwordLabel || d.isPassword(b) {
				continue
			}
			if words++; words > maxWords || at > n {
				break
			}
			if d.alone(own, b) {
				if at == n && len(d.fields) < maxFields {
					d.fields = append(d.fields, field{form: int(d.settled), name: string(d.text[b.from:b.to]), asks: password})
				}
				at++
			}
		}
		if at == 0 && n == 0 && len(d.fields) < maxFields {
			d.fields = append(d.fields, field{form: int(d.settled), asks: password})
		}
	}
}

// isPassword reports whether a block is of that type: that of an input, or what a page's own
// script may map to it.
func (d *described) isPassword(b *block) bool {
	switch string(d.text[b.from:b.to]) {
	case "password", "passwd", "pass", "pwd", "pw", "secret":
		return true
	}
	return false
}

// alone reports whether no other block of its group has the word of b.
func (d *described) alone(own []block, b *block) bool {
	for i := range own {
		if o := &own[i]; o.group == b.group && o.item != b.item && string(d.text[o.from:o.to]) == string(d.text[b.from:b.to]) {
			return false
		}
	}
	return true
}

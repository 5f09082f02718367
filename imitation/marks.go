package imitation

import (
	"bytes"

	"sekisho/imitation/charset"
)

// marks looks at the attributes that any element may have.
func (d *document) marks(t *tag) {
	found := &d.found.set
	if t.seen[attrID] {
		byID.in(t.get(attrID), found)
	}
	for _, a := range []attribute{attrBuild, attrMongoose, attrFwcim} {
		if t.seen[a] {
			byAttr.in([]byte(attrText[a]), found)
		}
	}
	if !t.seen[attrClass] {
		return
	}
	for c := range bytes.FieldsSeq(t.get(attrClass)) {
		if len(c) < 2 || c[0]|0x20 != 'a' && c[0]|0x20 != 'n' {
			continue // no class that is looked for begins otherwise
		}
		byClass.in(c, found)
		if bit, ok := clusters[string(c)]; ok {
			d.found.cluster |= 1 << bit
		}
	}
}

// meta looks for an encoding that the page is said to be in.
func (d *document) meta(t *tag) {
	label := string(t.get(attrCharset))
	if t.seen[attrHTTPEquiv] {
		label = charset.Parameter(string(t.get(attrContent)), "charset=")
	}
	if e, _ := charset.Lookup(label); e != nil && d.declared != nil {
		d.declared(e)
	}
}

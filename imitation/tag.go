package imitation

import (
	"bytes"
	"html"
)

// attribute numbers the attributes that are kept.
type attribute int

const (
	attrName attribute = iota
	attrID
	attrClass
	attrType
	attrAutocomplete
	attrValue
	attrPlaceholder
	attrStyle
	attrHidden
	attrSrc
	attrHref
	attrAction
	attrFormAction
	attrData
	attrSrcdoc
	attrContent
	attrAlt
	attrTitle
	attrAriaLabel
	attrOnload
	attrOnerror
	attrBuild
	attrMongoose
	attrFwcim
	attrCharset
	attrDir
	attrHTTPEquiv
	attrOpen
	attrSelect
	attrEditable
	attrSlot
	attrOwn    // any other data-…, which scripts make documents of
	attributes // how many
)

var attributeNames = map[string]attribute{
	"name": attrName, "id": attrID, "class": attrClass, "type": attrType, "autocomplete": attrAutocomplete,
	"value": attrValue, "placeholder": attrPlaceholder, "style": attrStyle, "hidden": attrHidden,
	"src": attrSrc, "href": attrHref, "xlink:href": attrHref, "action": attrAction, "formaction": attrFormAction,
	"data": attrData, "srcdoc": attrSrcdoc, "content": attrContent, "alt": attrAlt, "title": attrTitle,
	"aria-label": attrAriaLabel, "onload": attrOnload, "onerror": attrOnerror,
	"data-aui-build-date": attrBuild, "data-19ax5a9jf": attrMongoose, "data-fwcim-id": attrFwcim,
	"charset": attrCharset, "http-equiv": attrHTTPEquiv, "dir": attrDir, "open": attrOpen, "contenteditable": attrEditable, "slot": attrSlot, "select": attrSelect,
}

// attrText names the attributes whose presence is a sign.
var attrText = map[attribute]string{attrBuild: "data-aui-build-date", attrMongoose: "data-19ax5a9jf", attrFwcim: "data-fwcim-id"}

// minOwn is the shortest value of a data-… attribute that may be a document.
const minOwn = 200

// tag is a start tag. Of an attribute given twice the first counts, as in
// browsers.
type tag struct {
	name    []byte
	bytes   []byte // the values, one after the other
	spans   [attributes][2]int
	seen    [attributes]bool
	current attribute // the one that add adds to; attributes for none
	limit   int
	packed  int // how much of maxPacked is used
}

func (t *tag) reset() {
	t.bytes, t.packed, t.current = t.bytes[:0], 0, attributes
	t.seen, t.spans[attrOwn] = [attributes]bool{}, [2]int{}
	if cap(t.bytes) > 64<<10 {
		t.bytes = nil // one big tag does not keep its room
	}
}

// open begins an attribute.
func (t *tag) open(key []byte) {
	a, ok := attributeNames[string(key)]
	if !ok && bytes.HasPrefix(key, []byte("data-")) && t.spans[attrOwn][1]-t.spans[attrOwn][0] < minOwn {
		a, ok = attrOwn, true // short ones give way
		if t.seen[attrOwn] && t.spans[attrOwn][1] == len(t.bytes) {
			t.bytes = t.bytes[:t.spans[attrOwn][0]]
		}
		t.seen[attrOwn] = false
	}
	if !ok || t.seen[a] {
		t.current = attributes
		return
	}
	t.current, t.seen[a] = a, true
	t.spans[a] = [2]int{len(t.bytes), len(t.bytes)}
	t.limit = maxValue
	switch a {
	case attrSrc, attrHref, attrData, attrSrcdoc, attrOnload, attrOnerror, attrOwn:
		t.limit = max(maxValue, maxPacked-t.packed)
	}
}

// add adds to the value of the attribute that open began.
func (t *tag) add(p []byte) {
	if t.current == attributes {
		return
	}
	s := &t.spans[t.current]
	if t.limit == maxValue && s[1]-s[0]+len(p) > maxValue && t.keeps(p) {
		t.limit = max(maxValue, maxPacked-t.packed)
	}
	p = p[:min(len(p), t.limit-(s[1]-s[0]))]
	t.bytes = append(t.bytes, p...)
	s[1] = len(t.bytes)
	if t.limit > maxValue {
		t.packed += len(p)
	}
}

// keeps reports whether the value at hand, and p behind it, is a packed document
// that an element keeps for a script.
func (t *tag) keeps(p []byte) bool {
	if t.current != attrValue && t.current != attrContent {
		return false
	}
	v := t.get(t.current)
	if len(v) < maxPackHead {
		v = append(bytes.Clone(v), p[:min(len(p), maxPackHead)]...)
	}
	return holdsPacked(v)
}

// close resolves character references.
func (t *tag) close() {
	t.current = attributes
	if bytes.IndexByte(t.bytes, '&') < 0 {
		return
	}
	for a := range t.spans {
		if v := t.get(attribute(a)); bytes.IndexByte(v, '&') >= 0 {
			t.set(attribute(a), []byte(html.UnescapeString(string(v))))
		}
	}
}

// set gives an attribute another value.
func (t *tag) set(a attribute, v []byte) {
	t.spans[a] = [2]int{len(t.bytes), len(t.bytes) + len(v)}
	t.bytes = append(t.bytes, v...)
}

// get returns the value of an attribute, nil when the tag does not have it.
func (t *tag) get(a attribute) []byte {
	if !t.seen[a] {
		return nil
	}
	return t.bytes[t.spans[a][0]:t.spans[a][1]]
}

// inline reports whether an element is part of the text around it, as all are
// that browsers do not know.
func inline(name []byte) bool { return !blocks[string(name)] }

var blocks = index("address article aside audio blockquote body br button canvas center col colgroup dd details dialog dir div dl dt embed " +
	"fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input legend li " +
	"link main map math menu meta meter nav noembed noframes noscript object ol optgroup option p picture plaintext pre progress script " +
	"search section select style summary svg table tbody td template textarea tfoot th thead title tr ul video xmp foreignobject")

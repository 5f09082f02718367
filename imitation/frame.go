package imitation

import "bytes"

// frame reads the document that a frame carries with it.
func (d *document) frame(t *tag) {
	d.nest(t.get(attrSrcdoc))
	for _, a := range []attribute{attrSrc, attrData} {
		if v := bytes.TrimSpace(t.get(a)); begins(v, "data:") {
			d.nest(unpackDataURL(v, "html", "xml", "svg"))
		} else {
			d.source(v)
		}
	}
}

func begins(p []byte, start string) bool {
	return len(p) > len(start) && bytes.EqualFold(p[:len(start)], []byte(start))
}

// source reads the address of a script or frame, and the script in it.
func (d *document) source(v []byte) {
	switch v = bytes.TrimSpace(v); {
	case begins(v, "javascript:"):
		d.run(v)
	case begins(v, "data:"):
		d.run(unpackDataURL(v, "script"))
	default:
		urlParts.in(v, &d.found.set)
	}
}

// run reads a script that is not the content of an element.
func (d *document) run(p []byte) {
	d.scripted = true
	d.script.write(p)
	d.script.end()
}

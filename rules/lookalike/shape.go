package lookalike

// shape tells how what follows a brand resembles a registry.
type shape uint8

const (
	shapeless shape = iota
	country         // .jp, -jp
	commerce        // .com.
	registry        // .co.jp, -co-jp, .co.ip, cojp
)

// follows tells what is read right after hit h, or after the part that it
// lies in.
func (v *view) follows(h *hit) shape {
	p := v.parts[h.part]
	s := v.text[h.to:p.to]
	switch {
	case isJoined(s):
		return registry
	case string(s) == "co" && isCountry(v.next(int(h.part), true)):
		return registry
	case string(s) == "jp":
		return country
	}
	i := v.after(int(h.part))
	switch {
	case i < 0:
		return shapeless
	case v.registryAt(i):
		return registry
	case len(s) > 0:
		return shapeless
	case v.parts[i].label == 0 && p.label != 0 && v.after(i) < 0:
		if v.borrowed(i) {
			return commerce
		}
		return shapeless
	}
	switch string(v.bytes(v.parts[i])) {
	case "com":
		return commerce
	case "jp", "ip":
		return country
	}
	return shapeless
}

// borrowed reports whether part i is all of the registrable label, and what
// registries call theirs: amazon.com.example, amazon.net.example.
func (v *view) borrowed(i int) bool {
	if l := v.labels[0]; i != 0 || v.parts[0].to != l.to {
		return false
	}
	switch string(v.bytes(v.parts[0])) {
	case "com", "net", "co", "jp":
		return true
	}
	return false
}

// registryAt reports whether part i, with the next one, looks like a
// registry's labels. The public suffix itself counts only after a hyphen:
// amazon-co.jp is a registrable name, amazon.co.jp.
func (v *view) registryAt(i int) bool {
	s := v.bytes(v.parts[i])
	if isJoined(s) {
		return true
	}
	if string(s) != "co" && string(s) != "c0" {
		return false
	}
	return isCountry(v.next(i, i > 0 && v.parts[i-1].label == v.parts[i].label))
}

// isJoined recognises co.jp written as one word, alone or with more behind.
func isJoined(s []byte) bool {
	if len(s) < 4 {
		return false
	}
	switch string(s[:4]) {
	case "cojp", "coip", "jpco", "cojq", "c0jp":
		return true
	}
	return string(s[len(s)-4:]) == "cojp"
}

// isCountry recognises jp, with more behind, and the two letters that pass
// for it.
func isCountry(s []byte) bool {
	return len(s) >= 2 && s[0] == 'j' && s[1] == 'p' || len(s) == 2 && lex.registry[string(s)]
}

// after returns the part that is read after part i: in the same label, else
// the first of the label to its right. It is -1 at the end.
func (v *view) after(i int) int {
	label := v.parts[i].label
	if i+1 < v.nparts && v.parts[i+1].label == label {
		return i + 1
	}
	if label == 0 {
		return -1
	}
	for k := i; k > 0; k-- {
		if v.parts[k-1].label < label-1 {
			return k
		}
	}
	return 0
}

// next returns the text that is read after part i, nil at the end. suffix
// says whether the public suffix counts as such text.
func (v *view) next(i int, suffix bool) []byte {
	if k := v.after(i); k >= 0 {
		return v.bytes(v.parts[k])
	}
	if suffix {
		return []byte(v.suffix)
	}
	return nil
}

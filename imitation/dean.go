package imitation

import (
	"bytes"
	"strconv"
)

// dean collects what Dean Edwards's packer wrote (P.A.C.K.E.R., 2007): a script in
// which each word is a number, and the list of the words. Kits and honest
// plug-ins use it alike; it is undone as the script would.
type dean struct {
	text []byte // from packerMark on
	tail []byte // the last bytes before it
	on   bool
}

const packerMark = "(p,a,c,k,e,"

// take keeps p, which comes next of a script, and reports whether a packed script
// is whole.
func (d *dean) take(p []byte) bool {
	from := 0
	if !d.on {
		if d.tail == nil {
			d.tail = make([]byte, 0, 2*len(packerMark)) // for edge as well
		}
		at := bytes.Index(p, []byte(packerMark))
		if at < 0 {
			edge := append(d.tail, p[:min(len(p), len(packerMark))]...)
			if at = bytes.Index(edge, []byte(packerMark)); at < 0 {
				d.tail = append(d.tail[:0], p[max(0, len(p)-len(packerMark)):]...)
				return false
			}
			at = 0
		}
		d.on, d.tail, from = true, d.tail[:0], at
	}
	d.text = append(d.text, p[from:min(len(p), from+maxPacked-len(d.text))]...)
	return bytes.Contains(d.text[max(0, len(d.text)-len(p)-32):], []byte(".split("))
}

// unpacked returns the scripts that are whole, as far as they are as the packer
// writes them.
func (d *dean) unpacked() (out []byte) {
	all := bytes.Split(d.text, []byte(packerMark))
	d.text, d.on = nil, false
	for i, text := range all {
		switch {
		case bytes.Contains(text, []byte(".split(")):
			out = append(append(out, depacked(text)...), ';')
		case i > 0 && i == len(all)-1:
			d.text, d.on = append([]byte(packerMark), text...), true
		}
	}
	return out
}

func depacked(text []byte) []byte {
	_, rest, ok := bytes.Cut(text, []byte("}("))
	for ok && (len(rest) == 0 || rest[0] != '\'' && rest[0] != '"') {
		_, rest, ok = bytes.Cut(rest, []byte("}("))
	}
	if !ok {
		return nil
	}
	body, rest := literal(rest)
	numbers := bytes.SplitN(rest, []byte(","), 4)
	if len(numbers) < 4 {
		return nil
	}
	base, err := strconv.Atoi(string(bytes.TrimSpace(numbers[1])))
	list := bytes.TrimSpace(numbers[3])
	if err != nil || base < 2 || base > 62 || len(list) == 0 {
		return nil
	}
	words, _ := literal(list)
	return worded(body, base, bytes.Split(words, []byte("|")))
}

// literal reads the string that p begins with, and returns what is behind it.
func literal(p []byte) (text, rest []byte) {
	for i := 1; i < len(p); i++ {
		switch {
		case p[i] == p[0]:
			return text, p[i+1:]
		case p[i] == '\\' && i+1 < len(p) && (p[i+1] == '\\' || p[i+1] == p[0]):
			i++
		}
		text = append(text, p[i])
	}
	return nil, nil
}

// worded puts the words in place of their numbers.
func worded(body []byte, base int, words [][]byte) (out []byte) {
	for i := 0; i < len(body) && len(out) < maxPacked; {
		n := i
		for n < len(body) && (letter(body[n]) && body[n] < 0x80 || digit(body[n]) || body[n] == '_') {
			n++
		}
		if n == i {
			out = append(out, body[i])
			i++
			continue
		}
		if at := wordNumber(body[i:n], base); at >= 0 && at < len(words) && len(words[at]) > 0 {
			out = append(out, words[at][:min(len(words[at]), maxPacked)]...)
		} else {
			out = append(out, body[i:n]...)
		}
		i = n
	}
	return out
}

// wordNumber reads a number with the digits 0 to 9, a to z and A to Z; -1 stands for
// none.
func wordNumber(p []byte, base int) (n int) {
	for _, b := range p {
		d := base
		switch {
		case digit(b):
			d = int(b - '0')
		case b >= 'a' && b <= 'z':
			d = int(b-'a') + 10
		case b >= 'A' && b <= 'Z':
			d = int(b-'A') + 36
		}
		if n = n*base + d; d >= base || n > maxPacked {
			return -1
		}
	}
	return n
}

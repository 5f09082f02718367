package guard

import (
	"errors"
	"io"
	"strings"

	"sekisho/guard/charset"
	"sekisho/guard/coding"
)

const (
	maxCodings  = 2        // applied one over the other, as labelled or by their looks
	maxUnmarked = 64 << 10 // bytes of a body that may be of a coding without a mark
)

// unwrap undoes the content codings of a body: those of the label, last one
// first, then those that show. A label that lies is ignored.
func (r *reader) unwrap(labels []string, b []byte, complete bool) []byte {
	done := 0
	list := strings.Split(strings.ToLower(strings.Join(labels, ",")), ",")
	for i := len(list) - 1; i >= 0; i-- {
		label := strings.TrimSpace(list[i])
		if label == "" || label == "identity" {
			continue
		}
		if done == maxCodings {
			r.undecoded = true
			return b
		}
		done++
		b = r.undo(label, b, complete)
	}
	for ; done < maxCodings; done++ {
		label := coding.Sniff(b)
		if label == "" {
			break
		}
		b = r.undo(label, b, complete)
	}
	if done == 0 && len(b) <= maxUnmarked && charset.NotText(b) {
		// Raw deflate has no mark. What was not compressed so ends in an error
		// after a few bytes, or comes out as noise.
		if out, err := coding.Inflate("raw", b, max(r.work, 0)); err == nil && len(out) >= minOpaque && !charset.NotText(out) {
			r.work -= len(out)
			r.sign("deflate")
			return out
		}
	}
	if coding.Sniff(b) == "gzip" || coding.Sniff(b) == "zstd" {
		r.undecoded = true
	}
	return b
}

// undo undoes one coding, or returns b if it is not of that coding.
func (r *reader) undo(label string, b []byte, complete bool) []byte {
	out, err := coding.Inflate(label, b, max(r.work, 0))
	r.work -= len(out)
	cut := errors.Is(err, io.ErrUnexpectedEOF) && !complete
	r.long = r.long || errors.Is(err, coding.ErrLong)
	text := !charset.NotText(b) && coding.Sniff(b) == ""
	if err != nil && !cut {
		r.undecoded = r.undecoded || len(out) > 0 || !text
	}
	switch {
	case err != nil && text && (len(out) == 0 || charset.NotText(out)):
		// Readable as it is, and what came out is not: the label lied. Text can
		// look like the beginning of a coding: brotli skips what stands behind an L.
		return b
	case err != nil && !cut && len(out) == 0:
		return b
	case len(out) > 0:
		r.sign(strings.TrimPrefix(known(label), "x-"))
	}
	return out
}

// known returns the label of a coding if it is one of ours: bytes of a request name nothing.
func known(label string) string {
	if coding.Lookup(label) != nil {
		return label
	}
	return "coding"
}

// views returns the body as the texts that it may be, two at most.
func (r *reader) views(b []byte, label string) [][]byte {
	texts, sign := charset.Texts(b, label)
	if sign != "" {
		r.sign(sign)
	}
	return texts
}

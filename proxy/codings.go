package proxy

import (
	"net/http"
	"strings"
)

// readable are the content codings (RFC 9110, section 8.4.1) that package
// imitation decodes. "identity" is no coding, and may be refused.
var readable = []string{"gzip", "deflate", "br", "zstd", "identity", "x-gzip"}

// reduceCodings takes out of Accept-Encoding what could not be read in the
// answer: "*", and codings that few servers know, such as those with shared
// dictionaries (RFC 9842). A value in which nothing else stands is not touched.
func reduceCodings(h http.Header) {
	values := h["Accept-Encoding"]
	whole := strings.Join(values, ",")
	if readableCodings(whole) {
		return
	}
	var keep []string
	for item := range strings.SplitSeq(whole, ",") {
		switch item = strings.TrimSpace(item); {
		case item == "*":
			keep = append(keep, "gzip, deflate, br, zstd")
		case item != "" && readableCoding(item):
			keep = append(keep, item)
		}
	}
	if len(keep) == 0 {
		keep = []string{"identity"}
	}
	h["Accept-Encoding"] = []string{strings.Join(keep, ", ")}
}

// readableCodings reports whether every coding of an Accept-Encoding is one
// that can be read.
func readableCodings(value string) bool {
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" && !readableCoding(item) {
			return false
		}
	}
	return true
}

// readableCoding looks at one coding with its weight.
func readableCoding(item string) bool {
	coding, _, _ := strings.Cut(item, ";")
	coding = strings.TrimSpace(coding)
	for _, c := range readable {
		if strings.EqualFold(coding, c) {
			return true
		}
	}
	return false
}

package framing

import (
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// MaxHead is what the head of a request may measure. net/http keeps to it in HTTP/1; in
// HTTP/2, where it would refuse the rest without a word of whose refusal it is, it is to
// take twice as much.
const MaxHead = 64 << 10

// maxFields bounds the header lines of a request. Browsers send a few dozen;
// thousands are for filling somebody's tables.
const maxFields = 1000

const hasFragment = "the request target has a fragment"

// Unfit returns why r is not to be passed on, with the status to answer it with, or "":
// what net/http lets through although its two ends would read it differently. why is
// what [Requests] found of it.
func Unfit(r *http.Request, why Wrong) (status int, detail string) {
	lines, size := 0, len(r.RequestURI)
	for name, values := range r.Header {
		lines += len(values)
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	lengths := r.Header["Content-Length"]
	switch why {
	case codedAndSized:
		return http.StatusBadRequest, "the request has a length and a transfer coding"
	case codedOld:
		return http.StatusBadRequest, "HTTP/1.0 knows no transfer coding"
	case behindUnclear:
		return http.StatusBadRequest, "the end of the request before is not clear"
	case withFragment:
		return http.StatusBadRequest, hasFragment
	}
	switch {
	case lines > maxFields:
		return http.StatusRequestHeaderFieldsTooLarge, "the request has too many header lines"
	case r.ProtoMajor == 2 && size > MaxHead:
		return http.StatusRequestHeaderFieldsTooLarge, "the request's head is too large"
	case !httpguts.ValidHeaderFieldName(r.Method):
		// HTTP/2 can carry a space in it, and a whole request line with it.
		return http.StatusBadRequest, "the method is no token"
	case differ(lengths):
		return http.StatusBadRequest, "the request has two lengths"
	case hashed(r.RequestURI):
		// A fragment is the client's own (RFC 9110, section 7.1), and would be
		// sent as another path.
		return http.StatusBadRequest, hasFragment
	case r.ProtoMajor == 2 && blanked(r.Header):
		// RFC 9113, section 8.2.1; HTTP/1.1 would drop the blanks.
		return http.StatusBadRequest, "a header value begins or ends with a blank"
	case r.ProtoMajor == 2 && !sized(lengths, r.ContentLength):
		// RFC 9113, section 8.1.1; its body may have ended already.
		return http.StatusBadRequest, "the request's length is not its body's"
	case !r.ProtoAtLeast(1, 1) && len(lengths) == 0 && hasBody(r.Method):
		// RFC 1945, section 7.2.2.
		return http.StatusBadRequest, "an HTTP/1.0 request with a body needs a length"
	}
	return 0, ""
}

func differ(values []string) bool {
	for _, v := range values {
		if v != values[0] {
			return true
		}
	}
	return false
}

// sized reports whether each of the values is the length n in digits.
func sized(values []string, n int64) bool {
	for _, v := range values {
		got, err := strconv.ParseInt(v, 10, 64)
		if err != nil || got != n || v[0] == '+' || v[0] == '-' {
			return false
		}
	}
	return true
}

// hashed reports whether a request target has a fragment.
func hashed(target string) bool { return strings.IndexByte(target, '#') >= 0 }

// blanked reports whether a value has blanks around it, which HTTP/1 never hands on.
func blanked(h http.Header) bool {
	for _, values := range h {
		for _, v := range values {
			if strings.Trim(v, " \t") != v {
				return true
			}
		}
	}
	return false
}

// hasBody reports whether method makes no sense without a body.
func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

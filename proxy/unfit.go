package proxy

import (
	"net/http"
	"strconv"

	"golang.org/x/net/http/httpguts"

	"sekisho/interstitial"
)

// maxFields bounds the header lines of a request. Browsers send a few dozen;
// thousands are for filling somebody's tables.
const maxFields = 1000

// unfit returns why r is not to be passed on, or nil: what net/http lets
// through although its two ends would read it differently.
func unfit(r *http.Request) *failure {
	bad := func(status int, detail string) *failure {
		return &failure{code: interstitial.CodeBadRequest, status: status, detail: detail}
	}
	lines := 0
	for _, values := range r.Header {
		lines += len(values)
	}
	lengths := r.Header["Content-Length"]
	switch wrongFraming(r.Context()) {
	case wrongBoth:
		return bad(http.StatusBadRequest, "the request has a length and a transfer coding")
	case wrongOld:
		return bad(http.StatusBadRequest, "HTTP/1.0 knows no transfer coding")
	case wrongBefore:
		return bad(http.StatusBadRequest, "the end of the request before is not clear")
	}
	switch {
	case lines > maxFields:
		return bad(http.StatusRequestHeaderFieldsTooLarge, "the request has too many header lines")
	case !httpguts.ValidHeaderFieldName(r.Method):
		// HTTP/2 can carry a space in it, and a whole request line with it.
		return bad(http.StatusBadRequest, "the method is no token")
	case differ(lengths):
		return bad(http.StatusBadRequest, "the request has two lengths")
	case r.ProtoMajor == 2 && !sized(lengths, r.ContentLength):
		// RFC 9113, section 8.1.1; its body may have ended already.
		return bad(http.StatusBadRequest, "the request's length is not its body's")
	case !r.ProtoAtLeast(1, 1) && len(lengths) == 0 && hasBody(r.Method):
		// RFC 1945, section 7.2.2.
		return bad(http.StatusBadRequest, "an HTTP/1.0 request with a body needs a length")
	}
	return nil
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

// hasBody reports whether method makes no sense without a body.
func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

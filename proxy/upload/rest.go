package upload

import (
	"net/http"
	"time"
)

const (
	// restTime and restBytes bound what is still taken of a body that nobody wants, and
	// restSilence how long nothing of it may come: the answer waits for that long.
	restTime    = 2 * time.Second
	restSilence = time.Second
	restBytes   = 16 << 20
)

// TakeRest reads what is left of r's body before its answer, which is ours, ends. In
// HTTP/2 a server that is done tells its client by a reset to stop sending (RFC 9113,
// section 8.1), and clients take that for a failure of the whole, answer and all: curl
// does when it comes with the answer's head. A [Body], which whoever made it has closed by
// then, is left alone. net/http sees to HTTP/1.1 itself.
func TakeRest(w http.ResponseWriter, r *http.Request) {
	if _, ok := r.Body.(*Body); !ok {
		takeRest(w, r, r.Body.Read)
	}
}

// TakeRest is the same for a body whose reading began, and that nothing else reads.
func (b *Body) TakeRest() {
	if b != nil && !b.Ended() {
		takeRest(b.w, b.r, b.read)
	}
}

func takeRest(w http.ResponseWriter, r *http.Request, read func([]byte) (int, error)) {
	if r.ProtoMajor != 2 || r.ContentLength == 0 {
		return
	}
	control := http.NewResponseController(w)
	buf := make([]byte, pieceSize)
	end := time.Now().Add(restTime)
	for left := restBytes; left > 0; {
		limit := time.Now().Add(restSilence)
		if limit.After(end) {
			limit = end
		}
		_ = control.SetReadDeadline(limit)
		n, err := read(buf)
		if left -= n; err != nil {
			return
		}
	}
}

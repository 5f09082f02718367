package opening

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// ending is a client that says something and ends its direction.
type ending struct {
	net.Conn
	said *strings.Reader
}

func (e ending) Read(p []byte) (int, error) { return e.said.Read(p) }

// TestHP36AtTheEnd is HP-36: where a client has ended its direction its line is whole, and
// is judged as such, also behind a server that spoke first.
func TestHP36AtTheEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		said         string
		want, behind Kind // behind is a banner, where a word alone may be a command
	}{
		{"GET", Web, Other},
		{"GET /", Web, Web},
		{"GET / HTTP/1.1", Web, Web},
		{"QUIT", Other, Other},
		{"N", Other, Other},
	} {
		_, got, err := Settle([]byte(tt.said), false, func() ([]byte, error) { return nil, io.EOF })
		if got != tt.want || err != nil {
			t.Errorf("%q: %v, %v; want %v", tt.said, got, err, tt.want)
		}
		heard, err := io.ReadAll(Answering(ending{said: strings.NewReader(tt.said)}, false, nil, time.Minute))
		if tt.behind == Other && (string(heard) != tt.said || err != nil) {
			t.Errorf("%q behind a banner: %q, %v; want it passed", tt.said, heard, err)
		}
		if tt.behind == Web && (len(heard) > 0 || !errors.Is(err, errAsks)) {
			t.Errorf("%q behind a banner: %q, %v; want it refused", tt.said, heard, err)
		}
	}
}

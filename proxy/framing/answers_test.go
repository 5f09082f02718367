package framing

import (
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// FuzzOldAnswer: however an answer is cut, the same is found, which is what reading
// its heads line by line finds.
func FuzzOldAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0 200 OK\n\nTransfer-Encoding: x\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 100 Continue\r\nTransfer-Encoding: x\r\n\r\nHTTP/1.0 200 OK\r\na: b\r\ntransfer-encodingx", "HTTP/1.0 101 x\r\nTransfer-Encoding: x\r\n", "\n\n\n",
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		whole, cut := answerLook{in: lookStatus}, answerLook{in: lookStatus}
		want := oldCoding(string(data))
		if got := whole.look(data) != nil; got != want {
			t.Errorf("%q at once: %t; want %t", data, got, want)
		}
		step = 1 + max(step, 0)%64
		var err error
		for rest := data; len(rest) > 0; rest = rest[min(step, len(rest)):] {
			err = cut.look(rest[:min(step, len(rest))])
		}
		if (err != nil) != want {
			t.Errorf("%q by %d: %v; want %t", data, step, err, want)
		}
	})
}

// oldCoding is what answerLook does, on a whole answer.
func oldCoding(s string) bool {
	for {
		status, rest, ok := strings.Cut(s, "\n")
		if !ok {
			return false
		}
		status = strings.TrimSuffix(status[:min(len(status), 19)], "\r")
		interim := strings.HasPrefix(status, "HTTP/1.") && len(status) > 9 && status[9] == '1' && !strings.HasPrefix(status[9:], "101")
		old := strings.HasPrefix(status, "HTTP/1.0 ")
		if !old && !interim {
			return false
		}
		for {
			var line string
			if line, rest, ok = strings.Cut(rest, "\n"); !ok {
				return false
			}
			if line = strings.TrimSuffix(line[:min(len(line), 19)], "\r"); line == "" {
				break
			}
			if old && len(line) >= 17 && h1.EqualFold([]byte(line[:17]), "transfer-encoding") {
				return true
			}
		}
		if s = rest; !interim {
			return false
		}
	}
}

// TestHP30Listed is HP-30: what an answer's Connection lists, in however many lines and
// pieces.
func TestHP30Listed(t *testing.T) {
	t.Parallel()
	const begin, end = "HTTP/1.1 200 OK\r\nX-A: b\r\n", "X-Hop: 1\r\n\r\nConnection: of-the-body\r\n\r\n"
	for _, tt := range []struct{ name, in, want string }{
		{"none", begin + end, ""},
		{"one", begin + "Connection: X-Hop, close\r\n" + end, ", X-Hop, close"},
		{"two lines", begin + "connection: X-Hop\r\nCONNECTION:close\n" + end, ", X-Hop,close"},
		{"continued", begin + "Connection: close,\r\n\tX-Hop\r\n of\r\nX-B: c\r\n d\r\n" + end, ", close,\tX-Hop of"},
		{"long", begin + "Connection: close, " + strings.Repeat("x", 300) + "\r\n" + end, ", close, " + strings.Repeat("x", 300)},
		{"another field", begin + "Connections: X-Hop\r\nProxy-Connection: close\r\n" + end, ""},
		{"behind an interim answer", "HTTP/1.1 103 Early Hints\r\nConnection: X-Early\r\n\r\n" + begin + "Connection: X-Hop\r\n" + end, ", X-Hop"},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: X-Hop\r\n" + end, ", X-Hop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []int{1, 5, len(tt.in)} {
				l := answerLook{in: lookStatus}
				for rest := tt.in; len(rest) > 0; rest = rest[min(step, len(rest)):] {
					if err := l.look([]byte(rest[:min(step, len(rest))])); err != nil {
						t.Fatal(err)
					}
				}
				if got := string(l.listed); got != tt.want {
					t.Errorf("by %d: %q; want %q", step, got, tt.want)
				}
			}
		})
	}
}

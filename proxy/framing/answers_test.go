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

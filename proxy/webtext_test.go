package proxy_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"testing"

	"sekisho/journal"
)

// TestHeldWebText: messages in base64 that come one by one are held as those in bytes
// are, and one that is cut in the middle does not leave by halves.
func TestHeldWebText(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	text := func(m []byte) []byte { return base64.StdEncoding.AppendEncode(nil, envelope(t, false, m)) }
	id, pass := text(proto(ownID)), text(proto("", ownPassword))
	cut := len(pass) - 8
	for name, tt := range map[string]struct {
		messages [][]byte
		passes   int // how many bytes the origin gets
	}{
		"inone":     {[][]byte{text(proto(ownID, ownPassword))}, 0},
		"intwo":     {[][]byte{id, pass}, len(id)},
		"cut":       {[][]byte{append(bytes.Clone(id), pass[:cut]...), pass[cut:]}, len(id)},
		"cutearly":  {[][]byte{id[:9], append(bytes.Clone(id[9:]), pass[:cut]...), pass[cut:]}, len(id)},
		"unlabeled": {[][]byte{append(bytes.Clone(id), pass...)}, 0},
	} {
		for _, h2 := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", name, h2), func(t *testing.T) {
				t.Parallel()
				host := name + fmt.Sprint(h2) + ".example"
				s := &keeper{}
				o := l.Origin([]string{host}, s)
				label := "application/grpc-web-text"
				if name == "unlabeled" {
					label = "application/octet-stream"
				}
				k := l.converse(t, l.httpClient(l.trusting(), h2), https(host, o, "/shop.Accounts/SignIn"), grpc(label))
				for i, m := range tt.messages {
					if i > 0 && tt.passes > 0 && i == len(tt.messages)-1 {
						wait(t, "the messages before", func() bool { return len(s.all()) == tt.passes })
					}
					if _, err := k.Write(m); err != nil {
						break // it has ended
					}
				}
				_ = k.close()
				select {
				case resp := <-k.resp:
					if body, err := io.ReadAll(resp.Body); err == nil && resp.StatusCode != http.StatusForbidden {
						t.Errorf("answer = %d %.80q to its end; want it cut, or 403", resp.StatusCode, body)
					}
				case err := <-k.fail:
					t.Logf("the call ended with %v", err)
				}
				if got := len(s.all()); got != tt.passes {
					t.Errorf("the origin got %d bytes; want %d", got, tt.passes)
				}
				if events := l.events(journal.Filter{Host: host}); len(events) != 1 || events[0].Action != journal.ActionHold || events[0].Account != ownLabel {
					t.Errorf("events = %+v; want a hold of the account", events)
				}
			})
		}
	}
}

package resolver

import "testing"

// TestLateReplyToAnotherRequest: the reply to a request that its client cancelled does not
// become that to the next one, of whoever, for which the same call is used.
func TestLateReplyToAnotherRequest(t *testing.T) {
	t.Parallel()
	call := dohCalls.New().(*dohCall)
	cancelled := call.later(forUpstreams)
	next := call.later(forUpstreams)
	cancelled([]byte("to the request before"))
	select {
	case reply := <-call.late:
		t.Fatalf("the next request is answered %q", reply)
	default:
	}
	next([]byte("to this one"))
	if reply := string(<-call.late); reply != "to this one" {
		t.Errorf("answered %q", reply)
	}
}

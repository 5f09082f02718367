package proxy

import (
	"net/http"

	"sekisho/guard"
	"sekisho/proxy/ruling"
)

// Some requests leave in parts that are judged one by one: the messages of a WebSocket
// and of gRPC, what is streamed with pauses, and what is behind the first MiB.

// partsJudge judges what r, which goes to where visit says, carries in parts.
type partsJudge struct {
	server *Server
	visit  *visit
	r      *http.Request
}

// Hints implements [upload.Judge] and [websocket.Judge].
func (j partsJudge) Hints() guard.Hints { return j.server.hints(pageOf(j.r, j.visit), j.visit) }

// Weigh implements [upload.Judge] and [websocket.Judge].
func (j partsJudge) Weigh(f *guard.Finding, sent bool) error {
	why, held, _, err := j.server.weigh(j.r, j.visit, f, true)
	if err != nil || !held || sent && why.Amber() { // half a message is no time for a question
		return err
	}
	return j.stop(why, sent)
}

// WeighGone implements [upload.Judge].
func (j partsJudge) WeighGone(f *guard.Finding, gone bool) error {
	why, held, _, err := j.server.weigh(j.r, j.visit, f, true)
	if err != nil || !held {
		return err
	}
	return j.stop(why, gone)
}

// stop records why a part is held, and returns it unless all only is observed.
func (j partsJudge) stop(why ruling.Ruling, sent bool) error {
	observe := j.server.settings.Load().Observe
	why.Sent = sent
	held := j.server.record(j.r.Context(), j.visit, why, sent || observe, true)
	if observe {
		return nil
	}
	j.server.owe(j.r, j.visit, held)
	return held
}

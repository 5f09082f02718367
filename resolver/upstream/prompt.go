package upstream

import (
	"errors"
	"sync/atomic"
	"time"
)

// ErrOtherwise tells that a question is to be asked by Exchange: its answer is
// not to be had by one datagram, or this system has no prompts.
var ErrOtherwise = errors.New("ask otherwise")

// A Prompter is an Exchanger that can be asked without a goroutine that waits,
// which costs a fraction of an exchange.
type Prompter interface {
	Exchanger
	// Prompt sends questions that are asked at the same time, two at most, from
	// a socket that is theirs meanwhile: each has an id of its own, and the port
	// is as random as for one. Whatever does not fit is passed over, as in Exchange.
	// An error means that nothing is told.
	Prompt(questions ...Question) (*Prompt, error)
}

// A Question is one of a [Prompt].
type Question struct {
	// Wire is the query with EDNS, its name in lower case. Prompt writes an id
	// and the letter case into it, and has it until the end.
	Wire []byte
	// Told is called with a reply that fits, or with an error, ErrOtherwise
	// among them. It returns whether it took that for the answer; if it did not,
	// the next reply may be. It is called from one goroutine for all questions of
	// a prompt and must not block; reply holds until it returns. It may be
	// called while Prompt has not returned, and once more after Close if that
	// comes from elsewhere at the same time.
	Told func(reply []byte, err error) bool
}

// PrompterOf returns e as a Prompter, or nil if it cannot be one: only datagrams
// are prompt, and only on Linux.
func PrompterOf(e Exchanger) Prompter {
	if f, ok := e.(*ednsFallback); ok {
		if u, ok := f.Exchanger.(*udp); ok && u.prompts() {
			return f
		}
	}
	return nil
}

// Prompt implements [Prompter] where the exchanger within can.
func (e *ednsFallback) Prompt(questions ...Question) (*Prompt, error) {
	u, ok := e.Exchanger.(*udp)
	if !ok || !past(&e.until) {
		return nil, ErrOtherwise
	}
	return u.prompt(questions)
}

// prepare gives the query wire a new id, and its name a random case with mix.
func prepare(wire []byte, mix bool) {
	id := randomID()
	wire[0], wire[1] = byte(id>>8), byte(id)
	if mix {
		mixCase(wire)
	}
}

// plainReply reports whether reply, which fits, is all there is to know: it is
// whole, of a size that was permitted, and not about EDNS.
func plainReply(reply []byte, room int) bool {
	const truncated = 0x02
	return len(reply) < room && len(reply) <= promptSize && reply[2]&truncated == 0 && !rejected(int(reply[3]&0x0f))
}

// promptSize is what queries of prompts must advertise.
const promptSize = 1232

// mixes reports whether the case of names is to be mixed now.
func (u *udp) mixes() bool { return u.mixCase && past(&u.plainUntil) }

// past reports whether until, a Unix time in nanoseconds or 0, is past.
func past(until *atomic.Int64) bool {
	t := until.Load()
	return t == 0 || time.Now().UnixNano() > t // mostly there is none, and the clock is not asked
}

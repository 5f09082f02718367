package resolver

import (
	"sync/atomic"
	"time"
)

// eachSecond keeps what anybody can bring about from filling the log: it is due once in a
// second of the clock. It is safe for concurrent use.
type eachSecond struct{ last atomic.Int64 }

func (s *eachSecond) due(now time.Time) bool {
	last, second := s.last.Load(), now.Unix()
	return last != second && s.last.CompareAndSwap(last, second)
}

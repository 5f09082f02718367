//go:build !linux

package upstream

// A Prompt is questions under way to one server.
type Prompt struct{}

// Close ends the wait for answers.
func (p *Prompt) Close() {}

// Repeat sends again what is not answered.
func (p *Prompt) Repeat() {}

// Pollers are of no use here: one goroutine an exchange is what there is.
type pollers struct{}

func (*pollers) close() {}

func (u *udp) prompts() bool { return false }

func (u *udp) prompt([]Question) (*Prompt, error) { return nil, ErrOtherwise }

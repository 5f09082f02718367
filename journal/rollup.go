package journal

import (
	"context"
	"time"
)

// HourCount is how many events of one kind an hour has.
type HourCount struct {
	Hour                                      time.Time // its beginning, UTC
	Action, Severity, Door, Ground, Technique string
	Events                                    int
}

// Hours returns the counts of the hours from the one since is in up to the one
// that until is in, or now when until is zero, in ascending order.
func (r *Reader) Hours(ctx context.Context, since, until time.Time) ([]HourCount, error) {
	return nil, errUnbuilt
}

// ClientSeen is what the journal knows of a client.
type ClientSeen struct {
	Client, Device     string
	Last               time.Time            // its newest event
	Events, Red, Amber int                  // of all that is kept
	Doors              map[string]time.Time // its newest event by door
	Techniques         map[string]time.Time // and by technique
}

// Clients returns the clients seen since then, the one seen last first.
func (r *Reader) Clients(ctx context.Context, since time.Time) ([]ClientSeen, error) {
	return nil, errUnbuilt
}

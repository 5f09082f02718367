package guard

// Bare reports whether the request carries no body and nothing in its target
// or header could be a credential.
func Bare(h Head) bool { return false }

// Inspect reads a request.
func Inspect(h Head, body []byte, complete bool, x Hints) Finding { return Finding{} }

// InspectMessage reads one WebSocket message after permessage-deflate.
func InspectMessage(h Head, payload []byte, binary bool, x Hints) Finding { return Finding{} }

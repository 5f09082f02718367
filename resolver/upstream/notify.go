package upstream

import "context"

// notifyKey is the key of what NotifyMalformed puts into a context.
type notifyKey struct{}

// NotifyMalformed returns a context under which an exchange by datagram calls f,
// once, when the first reply came that fits and cannot be read: a better one, or TCP,
// is waited for from then on.
func NotifyMalformed(ctx context.Context, f func()) context.Context {
	return context.WithValue(ctx, notifyKey{}, f)
}

// notifyMalformed calls what ctx has for that.
func notifyMalformed(ctx context.Context) {
	if f, ok := ctx.Value(notifyKey{}).(func()); ok {
		f()
	}
}

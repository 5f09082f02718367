//go:build !linux

package truststore

// userStores is empty: outside Linux, Chromium's family and Firefox (since 120) read
// the system's store.
func userStores() []Store { return nil }

// Package accounts keeps verifiers of the Amazon sign-ins that are protected and
// answers one question: is what a request carries one of them?
//
// A verifier is argon2id of the password under a salt of its own, run through
// HMAC-SHA-256 with a key that is kept elsewhere and cut to 40 bits. The file
// alone therefore tells nothing about a password, not even its length; whoever
// has the key too can test guesses at the price of argon2id, and is left with one
// false hit in 2^40. The key lives in the keyring of the system where that
// answers at once, and otherwise in a file for its owner alone.
//
// The answer is given in two steps. [Store.Knows] recognises a sign-in ID by its
// text, in microseconds. [Store.Check] compares passwords as well, which takes
// some 50 ms for each password and account; it runs on half of the cores, four at
// most, where clients and their sites take turns run by run, remembers recent answers
// for an hour, and says [ErrBusy] rather than let a flood of requests pile up. What to
// do then is the caller's to decide.
//
// Passwords are enrolled by hand: Amazon's own page may encrypt what is typed, so
// nothing can be learnt from watching it. A password that replaces another leaves
// the old one matched for [Grace], since pages that ask for it are as false after
// the change as before.
package accounts

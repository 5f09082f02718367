// Package staff keeps who may open the console: people with a name, a role and a
// password, and programs with a token.
//
// All of it is one file, console/staff.json in the data folder, for its owner
// alone. Passwords are kept as argon2id verifiers (RFC 9106), tokens, which are
// random, as SHA-256. Several processes may have the file open; what one changes,
// the others see within a second of use, so that a person who is removed is out
// and no restart is needed. A file that is damaged, or that others can reach, is
// not taken up: what was known before stays, and [Store.Problem] says why.
//
// Whether an answer comes quickly says nothing: a name that is not there costs as
// much as a wrong password. How often somebody may try is for the caller to bound.
package staff

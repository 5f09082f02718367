// Package console is sekisho's own web server: what people review and decide in the
// browser, the API behind it, and the files that set a browser up.
//
// Three things need no sign-in, as a browser has to fetch them before anything else
// works: the proxy configuration, the certificate to trust and the health check.
// Whatever else is asked for is refused: a page leads to the sign-in page, the API
// answers 401. Who may ask for what is one table, in routes.go; a request meets the
// checks in this order:
//
//	TLS or loopback ─► Host header ─► cross-site ─► who is it ─► role ─► route
//
// Pages need no script. The one that follows events live has a file of ours, and a
// stream that one follower of the journal feeds: see hub.go and stream.go.
//
// It listens apart from the proxy and trusts no request more for coming from this
// computer: a page elsewhere can make a browser send anything here, under any name
// that it has pointed at this address. Beyond loopback it speaks TLS with a leaf of
// sekisho's own authority; see split.go.
package console

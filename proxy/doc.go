// Package proxy carries a browser's traffic: it tunnels, intercepts or refuses
// each connection that a client asks for, and answers for the sites it holds
// back.
//
// It decides nothing by itself. The policy ([sekisho/rules]) says what a name
// is, and [sekisho/dossier] what a page or a request is; this package turns that into bytes, in this order:
//
//	CONNECT ─► authority normalised ─► policy
//	   genuine, never    dial, then splice: nothing is read, nothing is minted
//	   block, warn       answer from here, on a leaf of our own; no dial is made
//	   sekisho.internal  the status and warning pages (site.go)
//	   anything else     look at the first bytes (intercept.go):
//	      TLS            dial and verify the origin first (origin.go, origincert),
//	                     then mint, then serve HTTP/1.1 or HTTP/2 (inner.go)
//	      HTTP           served in the clear the same way
//	      other          spliced, as is a client whose origin speaks first (serverfirst.go)
//	absolute-form request ─► authority ─► policy ─► answer or forward
//
// Every request inside an intercepted tunnel is judged again, because the
// policy may have changed and because a tunnel is opened once and used long.
// Then it is examined (submit.go): what may carry a credential is read before
// anything of it is sent, the body up to 1 MiB in memory and the rest as it passes
// (upload); a WebSocket message by message (ws.go).
// Answers are read on their way (reading.go), documents before they are shown
// (document.go, relayread.go), or led away from when it is late (latecopy.go).
// Package guard says what a request carries,
// imitation what a page resembles, accounts whose sign-in it is, and dossier
// what follows. Amazon's own sites are exempt, in the clear too.
//
// What can be told of bytes, names and connections without a server has rooms of its own
// below this one: what a client speaks (opening, tlsflight), where messages end (h1,
// framing, websocket), where nobody may be led (egress), why a site cannot be shown
// (origincert, diagnosis) or is held back (ruling). So has what takes the connections of
// those whom the resolver leads here (sinkhole; sinkpage.go answers them).
//
// goproxy dispatches CONNECT and does nothing else; its one door is
// dispatch.go. What a client may reach is decided on the address that is
// dialled, at the moment it is dialled (egress.go), so that a name which
// resolves differently the second time gains nothing.
//
// A failure is always an answer: a page that names the reason, with the header
// Sekisho-Error, never a connection that breaks without a word. What leaves
// this package in logs, events and pages are names, addresses, ports and
// reasons; paths, queries, header values and bodies never do.
package proxy

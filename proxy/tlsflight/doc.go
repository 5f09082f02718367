// Package tlsflight reads what can be seen of a TLS handshake without being one of its
// ends: a client's first flight, before it is known what becomes of the connection
// ([First]); whether the client refuses our certificate in the clear ([Alerts]); and, of
// two strangers, whether the client gives the certificate that the server asks it for
// ([Meet]). Nothing is decrypted.
package tlsflight

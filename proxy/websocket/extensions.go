package websocket

import (
	"errors"
	"net/http"
	"strings"
)

// deflateExtension is the one WebSocket extension that can be read (RFC 7692).
const deflateExtension = "permessage-deflate"

// errExtension is an origin that chose what was not offered.
var errExtension = errors.New("malformed HTTP response: a WebSocket extension that was not offered")

// Agreed reports whether the origin chose to compress, by the head of its answer to a
// handshake in which nothing else was offered.
func Agreed(h http.Header) (deflate bool, err error) {
	for _, item := range extensions(h) {
		if !isDeflate(item) {
			return deflate, errExtension
		}
		deflate = true
	}
	return deflate, nil
}

// OfferReadable takes extensions that cannot be read out of the offer in the head of a
// handshake.
func OfferReadable(h http.Header) {
	all := extensions(h)
	var keep []string
	for _, item := range all {
		if isDeflate(item) {
			keep = append(keep, item)
		}
	}
	switch {
	case len(keep) == len(all):
	case len(keep) == 0:
		h.Del("Sec-Websocket-Extensions")
	default:
		h["Sec-Websocket-Extensions"] = []string{strings.Join(keep, ", ")}
	}
}

// extensions are the items of Sec-WebSocket-Extensions (RFC 6455, section 9.1),
// parameters included. Quoted values, which no known extension has, may be cut
// apart; no part of them reads as permessage-deflate then.
func extensions(h http.Header) []string {
	var list []string
	for _, v := range h["Sec-Websocket-Extensions"] {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

func isDeflate(item string) bool {
	name, _, _ := strings.Cut(item, ";")
	return strings.EqualFold(strings.TrimSpace(name), deflateExtension)
}

// Package interstitial writes the pages that people see instead of a site:
// the warning, the failure, the status of this browser, the notice inside a
// frame and the page for a record that is no longer there.
//
// It turns values into bytes and headers and does nothing else: it opens no
// socket, reads no clock, keeps no state, and decides nothing. The proxy says
// what happened and when; this package says it in Japanese or English.
//
// Each page is a struct with two methods. SetHeaders fills in the response
// headers that belong to that page, and Render returns the document. Warning
// and Failure also have Problem, for requests that cannot show a page.
//
// Whatever comes from the network (names, details, identifiers) is hostile. It
// is cut to length, stripped of control and direction characters (see clean),
// escaped by html/template, and shown inside its own bidi isolate. Pages carry
// no script, load nothing, and say so in a Content-Security-Policy that names
// the hash of the one inlined style sheet.
//
// The words live in text.json and failures.json, Japanese next to English; the
// structure lives once in templates; the colours live in style.css.
package interstitial

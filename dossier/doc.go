// Package dossier remembers what was seen of each site, and judges the whole:
// pass, ask, or hold.
//
// A name, a page, a script and a request each say little. Together, and over
// the minutes in which a person meets them, they say enough: a site first
// visited today by way of a mail, whose document is an empty shell, whose
// script holds the wording of Amazon's sign-in, and to which a password is now
// posted. The callers report what they saw ([Book.Visit], [Book.Page],
// [Book.Script], [Book.Requested], [Book.SubmitFrom]) and act on the [Judgement].
//
// A judgement is made in three steps. What is known becomes a set of evidence
// (evidence.go). The set is looked up in one table (table.go), first match
// wins; docs/judging.md shows the same table. What follows from the row is
// written into the dossier of the site, so that the next navigation to a site
// that gave itself away is held too.
//
// A site is what one owner holds: a registrable domain, a tenant of shared
// hosting, or an IP address; see [SiteOf]. On hosts where many people have
// pages a copied page is held, and the site is not, so that one bad page does
// not take an encyclopaedia away from the office.
//
// Genuine Amazon passes before anything else is looked at.
//
// Everything fades, everything is bounded, and what matters after a restart
// (sites given away, gone on to, and since when they are known) is
// kept in one file. Neither memory nor file holds a path, a query, a sign-in
// ID or a secret: the table of accounts gives labels, and distinct passwords
// are told apart by tags keyed anew in every process.
//
// What the package leaves to others: reading bodies (imitation, guard),
// comparing passwords (accounts), names (rules), and leaves to go on, which
// belong to the proxy.
package dossier

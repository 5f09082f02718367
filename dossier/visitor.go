package dossier

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// maxLoad bounds the signs of one document.
const maxLoad = 48

// visitor is what is known of one client at one site.
type visitor struct {
	client  netip.Addr
	first   time.Time
	last    time.Time
	label   string            // of the protected account whose ID it gave
	labelAt time.Time         // when
	earlier []string          // of those whose IDs it gave before within minutes; see gives
	load    []string          // signs of the document it opened last, and of what that loaded
	loadAt  time.Time         // since when
	content imitation.Content // the least of that document and its frames
	page    imitation.Grade   // the worst of them
	told    bool              // whether its browser says when it opens a document
	held    time.Time         // when a request of it was last held red, where many people have pages
	entered bool              // it sent a sign-in that passed
	ration  ration

	around   hostname.Name // the page that awaits its fields and has the document it got last in a frame
	aroundAt time.Time     // when
}

// visitor returns what is known of client at the site, as the latest; the one
// longest away gives way. The pointer is good until the next call.
func (d *sheet) visitor(client netip.Addr, now time.Time) *visitor {
	v := visitor{client: client, first: now}
	if i := d.find(client); i >= 0 {
		v = d.clients[i]
		d.clients = slices.Delete(d.clients, i, i+1)
	} else if len(d.clients) == maxClients {
		d.clients = slices.Delete(d.clients, 0, 1)
	}
	v.last = now
	d.clients = append(d.clients, v)
	return &d.clients[len(d.clients)-1]
}

// find returns the index of client, or -1.
func (d *sheet) find(client netip.Addr) int {
	return slices.IndexFunc(d.clients, func(v visitor) bool { return v.client == client })
}

// entered reports whether client sent the site a sign-in that passed.
func (d *sheet) entered(client netip.Addr) bool {
	i := d.find(client)
	return i >= 0 && d.clients[i].entered
}

// opens begins another document.
func (v *visitor) opens() { v.load, v.content, v.page = nil, imitation.Unknown, imitation.None }

// gather adds signs to those of the document, and returns all of them. A
// document that stays open for long begins anew now and then, so that hosts
// without documents do not gather for ever.
func (v *visitor) gather(signs []string, now time.Time) []string {
	if len(v.load) == 0 || !within(stepFor, v.loadAt, now) {
		v.load, v.loadAt = nil, now
	}
	for _, sign := range signs {
		if len(v.load) < maxLoad && len(sign) <= maxSignLen && !slices.Contains(v.load, sign) {
			v.load = append(v.load, strings.Clone(sign))
		}
	}
	return v.load
}

package dossier

import (
	"net/netip"
	"slices"
	"time"
)

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

package daemon

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/proxy"
)

// namingTimeout is how long the answer to a blocked name waits until its labels were
// compared with the protected sign-ins. Each account takes some 50 ms.
const namingTimeout = 300 * time.Millisecond

// errNaming ends that wait, which turns nobody away.
var errNaming = errors.New("the labels were not compared in time")

// labelWords are what the labels of ordinary hosts are made of, and no password is alone; in order.
var labelWords = strings.Fields("account accounts admin amazon api app apps assets auth aws billing cart cdn center central cloud co com confirm customer eu help home id image images img info japan jp login mail mobile my myaccount pay payment portal prime secure security seller sellercentral sellers service services shop sign signin sso static store support update us user vendor vendorcentral verify web www")

// called is what the events of the resolver call host: by its site where labels below that are
// a protected sign-in, part of one, or six digits, as the proxy calls it, and where that
// cannot be told in time.
func (d *Daemon) called(ctx context.Context, client netip.Addr, host hostname.Name) hostname.Name {
	site := proxy.SiteName(host)
	if site == host || !d.labelsTell(ctx, client, host, site) {
		return host
	}
	return site
}

// labelsTell reports whether labels of host below site tell of a sign-in, or may.
func (d *Daemon) labelsTell(ctx context.Context, client netip.Addr, host, site hostname.Name) bool {
	store := d.stores.accounts
	knows := func(id []byte) bool { _, ok := store.Knows(id); return ok }
	f := guard.InspectHost(host, knows)
	defer f.Wipe()
	if len(f.Codes) > 0 || slices.ContainsFunc(f.IDs, func(id guard.Secret) bool { return knows(id.Bytes()) }) {
		return true
	}
	var passwords [][]byte
	for _, p := range f.Passwords {
		if !ofWords(string(p.Bytes())) {
			passwords = append(passwords, p.Bytes())
		}
	}
	if len(passwords) == 0 || store.Empty() {
		return false
	}
	ctx, cancel := context.WithTimeoutCause(ctx, namingTimeout, errNaming)
	defer cancel()
	m, err := store.Check(ctx, accounts.Asker{Client: client, Site: site.String()}, nil, passwords)
	return err != nil || m.Password || m.Partial || store.Problem() != nil
}

// ofWords reports whether a label is nothing but what labels are made of, with hyphens between.
func ofWords(label string) bool {
	for word := range strings.SplitSeq(label, "-") {
		if _, known := slices.BinarySearch(labelWords, word); !known {
			return false
		}
	}
	return true
}

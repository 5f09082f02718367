package dossier

import (
	"strings"
	"testing"
)

// daily are the sign-in hosts of what the office of a seller in Japan opens every day.
const daily = `
glogin.rms.rakuten.co.jp mainmenu.rms.rakuten.co.jp login.account.rakuten.com grp01.id.rakuten.co.jp
pro.store.yahoo.co.jp login.bizmanager.yahoo.co.jp login.yahoo.co.jp manager.wowma.jp qsm.qoo10.jp
login.mercari.com mercari-shops.com fril.jp minne.com www.creema.jp www.buyma.com
admin.thebase.com id.stores.jp dashboard.stores.jp accounts.shopify.com admin.shop-pro.jp www.makeshop.jp
base.next-engine.org cross-mall.jp app.logikura.jp app2.logiless.com order.goqsystem.com www.sukeneko.com
app.sellersket.com pricetar.com keepa.com members.helium10.com erp.lingxing.com
bmypage.kuronekoyamato.co.jp newb2web.kuronekoyamato.co.jp www.e-service.sagawa-exp.co.jp int-mypage.post.japanpost.jp
accounts.secure.freee.co.jp id.moneyforward.com id.yayoi-kk.co.jp www.infomart.co.jp id.jobcan.jp
www.chatwork.com shop.cybozu.com accounts.google.com login.microsoftonline.com login.live.com slack.com zoom.us access.line.me account.line.biz
desk.channel.io direct.smbc.co.jp login.paypay-bank.co.jp www.rakuten-card.co.jp www.smbc-card.com login.payoneer.com pay.jp
`

// TestDailyServices: nobody is asked about these.
func TestDailyServices(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	for host := range strings.FieldsSeq(daily) {
		if got := verdict(o.submit(host, anySignIn, none)); got != "pass" {
			t.Errorf("a sign-in at %s is judged %q; want pass", host, got)
		}
		if got := verdict(o.submit(host, anySignIn, both)); got != "hold red protected-sign-in" {
			t.Errorf("a protected sign-in at %s is judged %q; want it held", host, got)
		}
	}
}

// TestFamiliarIsNobodysTenant: what strangers can have for the asking, below a suffix of
// the private section of the public suffix list, is never well known.
func TestFamiliarIsNobodysTenant(t *testing.T) {
	t.Parallel()
	for _, entry := range builtIn {
		if n := name(t, entry); privateSuffix(SiteOf(n)) != "" {
			t.Errorf("%s is a tenant of shared hosting", entry)
		}
	}
}

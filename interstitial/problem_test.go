package interstitial

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblem(t *testing.T) {
	t.Parallel()
	red, amber := imitation(Japanese), asking(English)
	red.Page = origin + "incident/" + incidentID
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"red in Japanese", red.Problem(), `{"type":"https://sekisho.internal/problems/blocked",` +
			`"title":"sekisho がこのサイトへの通信を止めました","status":403,` +
			`"detail":"Amazon のアドレスが途中に入っていますが、サイトの持ち主を表す部分は Amazon のものではありません。",` +
			`"instance":"https://sekisho.internal/incident/7KQ2M4XT6ZB3WNR5VDHJ8PYCSA","incident":"7KQ2M4XT6ZB3WNR5VDHJ8PYCSA",` +
			`"host":"sellercentral.amazon.co.jp.account-verify.example","severity":"red"}`},
		{"amber in English", amber.Problem(), `{"type":"https://sekisho.internal/problems/unconfirmed",` +
			`"title":"sekisho is waiting for a person to confirm this site","status":403,` +
			`"detail":"The address joins Amazon's name, or one close to it, with other words, and is not one of Amazon's own.",` +
			`"incident":"7KQ2M4XT6ZB3WNR5VDHJ8PYCSA","host":"amazon-seller-tools.example","severity":"amber"}`},
		{"held", held(Japanese).Problem(), `{"type":"https://sekisho.internal/problems/held",` +
			`"title":"sekisho がこのサイトへの通信を止めました","status":403,` +
			`"detail":"sekisho がこの通信を止めました。理由は、このサイトを開き直すと表示されます。",` +
			`"incident":"7KQ2M4XT6ZB3WNR5VDHJ8PYCSA","host":"portal-check.example","severity":"red","sent":false}`},
		{"held until asked", unfamiliar(English).Problem(), `{"type":"https://sekisho.internal/problems/held-unconfirmed",` +
			`"title":"sekisho is waiting for a person to confirm this site","status":403,` +
			`"detail":"sekisho stopped this request. The reason is shown when the site is opened again.",` +
			`"incident":"7KQ2M4XT6ZB3WNR5VDHJ8PYCSA","host":"app.stock-tools.example","severity":"amber","sent":false}`},
		{
			"failure", Failure{Lang: Japanese, Code: CodeTLSWeak, Host: "old.example", Detail: "RSA key of 1024 bits"}.Problem(),
			`{"type":"https://sekisho.internal/problems/certificate-weak","title":"証明書の暗号の強度が足りません","status":502,` +
				`"detail":"サイトの証明書に、古い署名方式や短い鍵が使われています。` +
				`偽造を防げないおそれがあるため、要求を送らずに止めました。 (RSA key of 1024 bits)","host":"old.example","code":"certificate-weak"}`,
		},
		{
			"failure that is known in Japanese", Failure{Lang: Japanese, Code: CodeTLSWeak, Detail: "revoked at 2026-01-02T03:04:05Z"}.Problem(),
			`{"type":"https://sekisho.internal/problems/certificate-weak","title":"証明書の暗号の強度が足りません","status":502,` +
				`"detail":"サイトの証明書に、古い署名方式や短い鍵が使われています。偽造を防げないおそれがあるため、要求を送らずに止めました。 ` +
				`(証明書は 2026-01-02T03:04:05Z に失効しています)","code":"certificate-weak"}`,
		},
		{
			"unknown failure", Failure{Lang: English, Code: "x"}.Problem(),
			`{"type":"https://sekisho.internal/problems/internal","title":"Something went wrong inside sekisho","status":500,` +
				`"detail":"sekisho ran into a problem while it was handling the request.","code":"internal"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want+"\n", string(tt.got)); diff != "" {
				t.Errorf("problem differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	const japan = "https://www.amazon.co.jp/gp/css/homepage.html"
	tests := []struct{ in, seller, account string }{
		{"", defaultSellerCentral, japan},
		{"https://sellercentral.amazon.de/home", "https://sellercentral.amazon.de/home", "https://www.amazon.de/gp/css/homepage.html"},
		{"https://sellercentral.amazon.co.uk/", "https://sellercentral.amazon.co.uk/", "https://www.amazon.co.uk/gp/css/homepage.html"},
		{"https://sellercentral-japan.amazon.com/", "https://sellercentral-japan.amazon.com/", japan},
		{"https://intranet.example/seller", "https://intranet.example/seller", japan},
		{"http://sellercentral.amazon.de/", defaultSellerCentral, japan},
		{"javascript:alert(1)", defaultSellerCentral, japan},
		{"https://user:pass@sellercentral.amazon.de/", defaultSellerCentral, japan},
		{"https://", defaultSellerCentral, japan},
		{"//evil.example", defaultSellerCentral, japan},
	}
	for _, tt := range tests {
		l := newLinks(tt.in)
		if l.SellerCentral != tt.seller || l.Account != tt.account {
			t.Errorf("newLinks(%q) = %q, %q; want %q, %q", tt.in, l.SellerCentral, l.Account, tt.seller, tt.account)
		}
	}
}

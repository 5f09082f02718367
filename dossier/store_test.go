package dossier

import "testing"

// TestSharedByPath: a copy on a host where everybody has files or pages by their paths is
// replaced, and the others there go on; a tenant's copy gives the tenant away, and no
// neighbour.
func TestSharedByPath(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"s3.amazonaws.com", "s3-ap-northeast-1.amazonaws.com", "s3.us-west-2.amazonaws.com", "s3.dualstack.us-west-2.amazonaws.com",
		"s3.wasabisys.com", "s3.ap-northeast-1.wasabisys.com", "s3.isk01.sakurastorage.jp", "object-storage.tyo1.conoha.io",
		"oss-ap-northeast-1.aliyuncs.com", "nyc3.digitaloceanspaces.com", "us-east-1.linodeobjects.com", "tyo1.vultrobjects.com",
		"f003.backblazeb2.com", "s3.eu-central-003.backblazeb2.com", "cloudflare-ipfs.com", "gist.githack.com", "unpkg.com",
		"www.geocities.ws", "workers.dev", "zendesk.com",
	} {
		o := office{t, open(t)}
		o.visit(host)
		if got := verdict(o.page(host, copied)); got != "hold red sign-in-copy" {
			t.Errorf("%s: the copy %q", host, got)
		}
		if got := verdict(o.navigate(host)); got != "pass" {
			t.Errorf("%s: the next page %q; want pass", host, got)
		}
	}
	for host, neighbour := range map[string]string{
		"acme.s3.us-west-2.amazonaws.com":        "ebisu.s3.us-west-2.amazonaws.com",
		"acme.s3.ap-northeast-1.wasabisys.com":   "ebisu.s3.ap-northeast-1.wasabisys.com",
		"acme.oss-ap-northeast-1.aliyuncs.com":   "ebisu.oss-ap-northeast-1.aliyuncs.com",
		"s3acme.f003.backblazeb2.com":            "ebisu.f003.backblazeb2.com",
		"acme.nyc3.digitaloceanspaces.com":       "ebisu.nyc3.digitaloceanspaces.com",
		"acme.z11.web.core.windows.net":          "ebisu.z11.web.core.windows.net",
		"acme-x1.japaneast-01.azurewebsites.net": "ebisu-x2.japaneast-01.azurewebsites.net",
		"acme.s1008.xrea.com":                    "ebisu.s1008.xrea.com",
		"acme.xrea.com":                          "ebisu.xrea.com",
		"acme.v5.coreserver.com":                 "ebisu.v5.coreserver.com",
		"acme.booth.pm":                          "ebisu.booth.pm",
		"acme.ec-net.jp":                         "ebisu.ec-net.jp",
		"acme.hostingersite.com":                 "ebisu.hostingersite.com",
		"acme.gradio.live":                       "ebisu.gradio.live",
		"acme.ipfs.w3s.link":                     "ebisu.ipfs.w3s.link",
		"acme.eth.limo":                          "ebisu.eth.limo",
		"acme.edgeone.app":                       "ebisu.edgeone.app",
		"acme.canva.site":                        "ebisu.canva.site",
		"app.10.0.0.1.nip.io":                    "192.0.2.1.nip.io",
		"10-0-0-1.sslip.io":                      "192-0-2-1.sslip.io",
	} {
		o := office{t, open(t)}
		o.visit(host)
		o.page(host, copied)
		if got := verdict(o.navigate(host)); got != "hold red sign-in-copy" {
			t.Errorf("%s after its copy: %q", host, got)
		}
		if got := verdict(o.navigate(neighbour)); got != "pass" {
			t.Errorf("%s after the copy of %s: %q; want pass", neighbour, host, got)
		}
	}
}

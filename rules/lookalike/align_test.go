package lookalike

import "testing"

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s, brand string
		want     how
	}{
		{"amazon", "amazon", exact},
		{"amaozn", "amazon", swapped},
		{"maazon", "amazon", swapped},
		{"amazno", "amazon", swapped},
		{"amazzon", "amazon", visual},
		{"aamazon", "amazon", visual},
		{"anazon", "amazon", visual},
		{"amozon", "amazon", visual},
		{"amaxon", "amazon", near},
		{"amaizon", "amazon", near},
		{"amazo", "amazon", near},
		{"amazn", "amazon", near},
		{"ameozon", "amazon", scrambled},
		{"anazno", "amazon", scrambled},
		{"amzanao", "amazon", scrambled},
		{"amaz", "amazon", far},
		{"amascan", "amazon", none},
		{"mazon", "amazon", remote},
		{"emazin", "amazon", remote},
		{"amaon", "amazon", remote},
		{"amanon", "amazon", remote},
		{"ammon", "amazon", remote},
		{"anzen", "amazon", none},
		{"amazing", "amazon", far},
		{"example", "amazon", none},
		{"", "amazon", none},
		{"a", "amazon", none},
		{"sellercentrai", "sellercentral", visual},
		{"selercentral", "sellercentral", near},
		{"sellercentarl", "sellercentral", swapped},
		{"sellerscentral", "sellercentral", near},
	} {
		if got := compare([]byte(tt.s), tt.brand); got != tt.want {
			t.Errorf("compare(%q, %q) = %d; want %d", tt.s, tt.brand, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s, brand string
		want     int
	}{
		{"amazon", "amazon", 0},
		{"amazno", "amazon", 1},
		{"maaozn", "amazon", 2},
		{"anazno", "amazon", 2},
		{"xyz", "amazon", maxEdits + 1},
		{"", "amazon", maxEdits + 1},
		{"qwertyuiopasdfg", "sellercentral", maxEdits + 1},
	} {
		if got := distance([]byte(tt.s), tt.brand); got != tt.want {
			t.Errorf("distance(%q, %q) = %d; want %d", tt.s, tt.brand, got, tt.want)
		}
	}
}

func TestBrandsFit(t *testing.T) {
	t.Parallel()
	for _, b := range brands {
		if len(b.text) > maxBrand {
			t.Errorf("%q is longer than maxBrand", b.text)
		}
	}
	if brands[retail].text != "amazon" {
		t.Errorf("brands[retail] is %q", brands[retail].text)
	}
	if got := score(blockPoints); got != BlockScore {
		t.Errorf("score(blockPoints) = %v; want %v", got, BlockScore)
	}
	if got := score(warnPoints); got != WarnScore {
		t.Errorf("score(warnPoints) = %v; want %v", got, WarnScore)
	}
}

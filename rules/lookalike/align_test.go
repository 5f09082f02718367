package lookalike

import (
	"math/rand/v2"
	"testing"
)

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

// The bits say what the matrix says.
func TestDistanceByMatrix(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		b := brands[rng.IntN(len(brands))].text
		s := []byte(b)
		for range rng.IntN(6) {
			switch i := rng.IntN(max(1, len(s))); {
			case len(s) == 0 || rng.IntN(4) == 0 && len(s) < maxCore:
				s = append(s[:i:i], append([]byte{"amzonselrct0"[rng.IntN(12)]}, s[i:]...)...)
			case i > 0 && rng.IntN(3) == 0:
				s[i-1], s[i] = s[i], s[i-1]
			case rng.IntN(2) == 0:
				s = append(s[:i:i], s[i+1:]...)
			default:
				s[i] = b[rng.IntN(len(b))]
			}
		}
		if got, want := distance(s, b), matrix(s, b); got != want {
			t.Fatalf("distance(%q, %q) = %d; want %d", s, b, got, want)
		}
	}
}

// matrix is the textbook's [distance].
func matrix(s []byte, brand string) int {
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(brand)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(brand); j++ {
			d := rows[i-1][j-1]
			if s[i-1] != brand[j-1] {
				d++
			}
			d = min(d, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && s[i-1] == brand[j-2] && s[i-2] == brand[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return min(rows[len(s)][len(brand)], maxEdits+1)
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

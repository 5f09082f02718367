package imitation_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/htmlindex"

	"sekisho/imitation"
)

// signInPage is a copy in a language, with a mark where the head may say more.
func signInPage(title, sign, field, secret, terms, fresh string) string {
	return `<!doctype html><html><head>@META@<title>` + title + `</title></head><body><b>` + sign + `</b><form method=post><label>` + field +
		`</label><input name=a><label>` + secret + `</label><input name=b type=password><button>` + sign + `</button></form><p>` + terms +
		`</p><h5>` + fresh + `</h5></body></html>`
}

var (
	chinese    = signInPage("亚马逊登录", "登录", "邮箱地址或手机号码", "密码", "继续即表示您同意亚马逊的使用条件及隐私声明。", "您是亚马逊的新客户吗?")
	taiwan     = signInPage("亞馬遜登入", "登入", "電子郵件或手機號碼", "密碼", "繼續即表示您同意亞馬遜的使用條件與隱私權聲明。", "您是亞馬遜的新客戶嗎?")
	korean     = signInPage("Amazon 로그인", "로그인", "이메일 또는 휴대폰 번호", "비밀번호", "계속하면 Amazon의 이용 약관 및 개인정보 고지에 동의하는 것으로 간주됩니다.", "Amazon을 처음 사용하십니까?")
	inJapanese = signInPage("Amazonサインイン", "ログイン", "Eメールまたは携帯電話番号", "パスワード", "続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。", "Amazonの新しいお客様ですか？")
	french     = signInPage("Amazon Connexion", "S'identifier", "Adresse e-mail ou numéro de téléphone portable", "Mot de passe", "Vous acceptez les Conditions d'utilisation et de vente d'Amazon.", "Créer votre compte Amazon")
	spanish    = signInPage("Amazon Iniciar sesión", "Iniciar sesión", "Dirección de e-mail o número de teléfono móvil", "Contraseña", "Al continuar, aceptas las Condiciones de Uso y Venta de Amazon.", "Crear cuenta de Amazon")
	polish     = signInPage("Amazon Zaloguj się", "Zaloguj się", "Adres e-mail lub numer telefonu komórkowego", "Hasło", "Kontynuując, akceptujesz Warunki użytkowania i sprzedaży Amazon.", "Jesteś nowym klientem Amazon? Utwórz konto Amazon")
	turkish    = signInPage("Amazon Giriş Yap", "Giriş yap", "E-posta veya cep telefonu numarası", "Şifre", "Devam ederek Amazon'un Kullanım ve Satış Koşulları kabul edilir.", "Amazon hesabınızı oluşturun")
	cyrillic   = signInPage("Аmаzоn", "Войти", "Email or mobile phone number", "Пароль", "Продолжая, вы соглашаетесь с условиями использования.", "New to Аmаzоn?")
	greek      = signInPage("Είσοδος", "Αmazοn", "Email or mobile phone number", "Κωδικός πρόσβασης", "Συνεχίζοντας, αποδέχεστε τους όρους χρήσης.", "New to Αmazοn?")
)

var charsets = []struct {
	label, page string
	guessed     bool // when nobody declares it
}{
	{"big5", taiwan, true},
	{"cn-big5", taiwan, true},
	{"x-x-big5", taiwan, true},
	{"gbk", chinese, true},
	{"gb2312", chinese, true},
	{"gb18030", chinese, true},
	{"x-gbk", chinese, true},
	{"euc-kr", korean, true},
	{"ks_c_5601-1987", korean, true},
	{"windows-949", korean, true},
	{"windows-31j", inJapanese, true},
	{"x-sjis", inJapanese, true},
	{"ms_kanji", inJapanese, true},
	{"x-euc-jp", inJapanese, true},
	{"csiso2022jp", inJapanese, true},
	{"windows-1252", french, true},
	{"iso-8859-1", spanish, true},
	{"latin1", french, true},
	{"us-ascii", spanish, true},
	{"iso-8859-15", french, true},
	{"windows-1250", polish, false},
	{"iso-8859-2", polish, false},
	{"iso-8859-16", polish, false},
	{"windows-1257", polish, false},
	{"windows-1254", turkish, false},
	{"iso-8859-9", turkish, false},
	{"iso-8859-3", turkish, false},
	{"windows-1251", cyrillic, true},
	{"iso-8859-5", cyrillic, false},
	{"koi8-r", cyrillic, true},
	{"koi8-u", cyrillic, true},
	{"x-mac-cyrillic", cyrillic, false},
	{"ibm866", cyrillic, false},
	{"windows-1253", greek, false},
	{"iso-8859-7", greek, false},
	{"macintosh", spanish, false},
}

// TestCharsets: a page in any encoding that browsers know is judged as the same
// page is in UTF-8, whoever says what it is in.
func TestCharsets(t *testing.T) {
	t.Parallel()
	late := "<style>" + strings.Repeat("p{margin:0}", 200) + "</style>"
	for _, test := range charsets {
		e, err := htmlindex.Get(test.label)
		if err != nil {
			t.Fatalf("%q: %v", test.label, err)
		}
		meta := "<meta charset=" + test.label + ">"
		for _, way := range []struct{ name, contentType, head string }{
			{"header", "text/html; charset=" + test.label, ""},
			{"quoted", `text/html;CHARSET="` + strings.ToUpper(test.label) + `"`, ""},
			{"meta", "text/html", meta},
			{"http-equiv", "text/html", `<meta http-equiv=content-type content='text/html; charset=` + test.label + `'>`},
			{"meta behind the title", "text/html", "@LAST@" + meta},
			{"late meta", "text/html", late + meta},
			{"undeclared", "text/html", ""},
		} {
			if way.name == "undeclared" && !test.guessed {
				continue
			}
			t.Run(test.label+"/"+way.name, func(t *testing.T) {
				t.Parallel()
				page := strings.Replace(test.page, "@META@", way.head, 1)
				if last, ok := strings.CutPrefix(way.head, "@LAST@"); ok {
					page = strings.Replace(strings.Replace(page, way.head, "", 1), "</title>", "</title>"+last, 1)
				}
				want := scan(response("text/html; charset=utf-8"), []byte(page), len(page))
				if want.Grade != imitation.Copy {
					t.Fatalf("in UTF-8: %v, %d, %q", want.Grade, want.Score, want.Signs)
				}
				body, err := e.NewEncoder().Bytes([]byte(page))
				if err != nil {
					t.Fatal(err)
				}
				for _, piece := range []int{len(body), 1, 7, 1000} {
					if diff := cmp.Diff(want, scan(response(way.contentType), body, piece)); diff != "" {
						t.Errorf("in pieces of %d (-UTF-8 +%s):\n%s", piece, test.label, diff)
					}
				}
			})
		}
	}
}

// TestCharsetDenied: what the head says of scripts and data binds no module and
// no fetch, and what a comment says binds nobody.
func TestCharsetDenied(t *testing.T) {
	t.Parallel()
	script := `document.title="Amazonサインイン";f.innerHTML="<label>Eメールまたは携帯電話番号</label><input type=\"password\">";g("Amazonの新しいお客様ですか？")`
	data := `{"a":"Eメールまたは携帯電話番号","b":"Amazonの新しいお客様ですか？","c":"Amazonの利用規約およびプライバシー規約","type":"password"}`
	plain := strings.Replace(inJapanese, "@META@", "", 1)
	filler := strings.Repeat("<i></i>", 200)
	for _, test := range []struct{ name, contentType, body string }{
		{"module as UTF-16", "text/javascript; charset=utf-16", script},
		{"module as GBK", "text/javascript; charset=gbk", script},
		{"module as ISO-2022-JP", "text/javascript; charset=iso-2022-jp", script},
		{"data as UTF-16", "application/json; charset=utf-16le", data},
		{"data as Big5", "application/json; charset=big5", data},
		{"comment", "text/html", filler + "<!-- <meta charset=gbk> -->" + plain},
		{"script", "text/html", filler + "<script>'<meta charset=gbk>'</script>" + plain},
		{"late meta of UTF-8", "text/html", filler + "<meta charset=gbk>" + plain},
		{"label that is none", "text/html; charset=utf-7", plain},
		{"escape", "text/html", "\x1b" + plain},
		{"broken characters", "text/html", strings.Repeat("\xff ", 3) + strings.Replace(plain, "<b>", "\xff\xe3<b>", 1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, piece := range []int{len(test.body), 1, 100} {
				if got := scan(response(test.contentType), []byte(test.body), piece); got.Grade != imitation.Copy {
					t.Errorf("in pieces of %d: %v, %d, %q", piece, got.Grade, got.Score, got.Signs)
				}
			}
		})
	}
}

// TestCharsetTurns: text that goes on in another encoding is read on.
func TestCharsetTurns(t *testing.T) {
	t.Parallel()
	e, err := htmlindex.Get("shift_jis")
	if err != nil {
		t.Fatal(err)
	}
	page, err := e.NewEncoder().Bytes([]byte(strings.Replace(inJapanese, "@META@", "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	body := append([]byte("<p hidden>"+strings.Repeat("店内でお使いいただけます", 10)+"</p>"), page...)
	for _, piece := range []int{len(body), 1, 100} {
		if got := scan(response("text/html"), body, piece); got.Grade != imitation.Copy {
			t.Errorf("in pieces of %d: %v, %d, %q", piece, got.Grade, got.Score, got.Signs)
		}
	}
}

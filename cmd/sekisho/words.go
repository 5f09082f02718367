package main

import (
	"fmt"
	"strings"
)

// words is what the terminal says in the language of whoever sits at it: the
// banner of run and the hints. What doctor finds is said by say, and what other commands
// say, help included, is in japanese.go. Errors that others made stay English, so that
// they can be searched for.
type words struct {
	code string // of the language, as in HTML

	hint         string
	hintConfig   string
	hintInUse    string
	hintRunFirst string // one verb: the command

	running      string // one verb: the version
	observing    string
	proxy        string
	console      string
	dns          string
	page         string
	off          string
	data         string
	ca           string
	caNew        string
	caTrusted    string // one verb: the stores
	caUntrusted  string
	journalAside string // one verb: the file
	next         string
	stepTrust    string // one verb: the command
	stepOwner    string // one verb: the link
	stepAccount  string // one verb: the command
	stepProxy    string // one verb: the address
	stepPAC      string // one verb: the URL
	stepOpen     string
	stepEvents   string // one verb: the command
	stop         string
}

var english = words{
	code: "en",

	hint:         "hint",
	hintConfig:   `every key is explained by "sekisho config default"`,
	hintInUse:    "stop the other one, or choose another folder with --data",
	hintRunFirst: "start sekisho first: %s",

	running:      "sekisho %s is running.",
	observing:    "Mode \"observe\": everything is recorded, nothing is stopped.",
	proxy:        "proxy",
	console:      "console",
	dns:          "DNS",
	page:         "warning",
	off:          "off",
	data:         "data",
	ca:           "CA",
	caNew:        "made just now",
	caTrusted:    "trusted by %s",
	caUntrusted:  "not trusted on this computer yet",
	journalAside: "The journal was damaged. It was moved to %s, and a new one was begun.",
	next:         "What to do next:",
	stepTrust:    "Trust the certificate on this computer:  %s",
	stepOwner:    "Become the console's owner (the link works once, within an hour):  %s",
	stepProxy:    "Set the browser's or the system's proxy for HTTP and HTTPS to %s",
	stepPAC:      "or its automatic configuration to %s",
	stepOpen: "Open https://sekisho.internal/ in that browser: it says whether it is protected;\n" +
		"     https://sekisho.internal/drill plays three attacks to see them stopped",
	stepAccount: "Protect the shop's sign-in, wherever it is typed:  %s ID",
	stepEvents:  "Watch what is stopped:  %s",
	stop:        "Ctrl+C stops it.",
}

var japanese = words{
	code: "ja",

	hint:         "ヒント",
	hintConfig:   "設定項目の説明は sekisho config default で表示できます",
	hintInUse:    "動作中の sekisho を終了するか、--data で別のフォルダーを指定してください",
	hintRunFirst: "先に sekisho を起動してください: %s",

	running:      "sekisho %s が動作しています。",
	observing:    "モード observe: 記録だけを行い、何も止めません。",
	proxy:        "プロキシ",
	console:      "管理画面",
	dns:          "DNS",
	page:         "警告ページ",
	off:          "オフ",
	data:         "データ",
	ca:           "認証局",
	caNew:        "今回新しく作成しました",
	caTrusted:    "信頼済み: %s",
	caUntrusted:  "このパソコンではまだ信頼されていません",
	journalAside: "記録ファイルが壊れていたため %s に移し、新しく作り直しました。",
	next:         "次にすること:",
	stepTrust:    "このパソコンで証明書を信頼する:  %s",
	stepOwner:    "管理画面の責任者になる (リンクは 1 時間以内に 1 回だけ使えます):  %s",
	stepProxy:    "ブラウザーまたはシステムの HTTP・HTTPS プロキシを %s に設定する",
	stepPAC:      "または自動構成 (PAC) の URL を %s に設定する",
	stepOpen: "そのブラウザーで https://sekisho.internal/ を開き、保護されているか確かめる。\n" +
		"     https://sekisho.internal/drill では、3 つの手口が止まるところを試せる",
	stepAccount: "店のサインインを登録し、どこに入力されても守る:  %s ID",
	stepEvents:  "止めたものを見る:  %s",
	stop:        "終了するには Ctrl+C を押します。",
}

// say is for the doctor's findings: what stands in English, for who reads Japanese in
// Japanese. Programs get English always.
func (p *patient) say(en, ja string, args ...any) string {
	if p.e.words.code == japanese.code && !p.forPrograms {
		en = ja
	}
	return fmt.Sprintf(en, args...)
}

// restart says how to start sekisho again.
func (p *patient) restart() string {
	return p.say("restart it: %s", "再起動してください: %s", p.e.command("run"))
}

// wordsFor chooses the language as POSIX does for messages: the first of LC_ALL,
// LC_MESSAGES and LANG that is set.
func wordsFor(getenv func(string) string) words {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if strings.HasPrefix(v, "ja") {
				return japanese
			}
			return english
		}
	}
	return english
}

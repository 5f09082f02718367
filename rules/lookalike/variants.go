package lookalike

// variants are letters that the security data of Unicode leaves alone, since
// who knows them tells them apart; who reads amazon does not look so closely:
// small capitals, hooks, curls, strokes and turned letters of phonetic
// alphabets, and Coptic.
var variants = func() map[rune]string {
	m := map[rune]string{}
	for to, from := range map[string]string{
		"a": "ɐᴀᶏⱥⲁᗩ", "c": "ƈɕꞓꞔ", "d": "ȡᴅᵭᶁᶑꟈ", "e": "ǝᴇᶒⱸⲉꬴ", "i": "ᴉᶖⲓ", "l": "ȴɬʟᶅⱡꝉꞁꞎꬷꬸꬹ", "m": "ᴍᶆⲙꬺ",
		"n": "ȵɲɴᶇ∩ⲛꞑꞥꬻ", "o": "ǿⱺꝍ", "r": "ɹɾʀᵳᶉꞧꭉꭋ", "s": "ȿᶊꞩꟊ", "t": "ƫȶʇʈᴛⱦⲧ", "v": "ʌⱱⱴꝟ", "z": "ɀʑʒᶎⱬⲍӡ",
	} {
		for _, r := range from {
			m[r] = to
		}
	}
	return m
}()

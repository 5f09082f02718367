package guard_test

import (
	"testing"

	"sekisho/guard"
)

// TestPin tells the postal code of India from a secret number.
func TestPin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, headers, body string
		act                 guard.Act
	}{
		{"address", form, "email=a%40shop.example&address=12+MG+Road&city=Bengaluru&state=KA&pin=560001", guard.Identify},
		{"address in JSON", "application/json", `{"phone":"+919812345678","shipping":{"city":"Delhi","state":"DL","pincode":"110 001"}}`, guard.Nothing},
		{"address without an ID", form, "street=MG+Road&landmark=Metro&pincode=560001", guard.Nothing},
		{"address where signing in", form, "email=a%40shop.example&remember=1&city=Delhi&state=DL&pin=110001&submit=login", guard.SignIn},

		{"address in JSON with lines", "application/json", `{"shipping":{"line1":"MG Road","city":"BLR","pincode":"560001"},"email":"a@shop.example"}`, guard.Identify},
		{"name of a person", form, "email=a%40shop.example&pin=560001&name=Ravi", guard.Identify},
		{"name of a person in JSON", "application/json", `{"email":"a@shop.example","pin":"560001","name":"Ravi"}`, guard.Identify},
		{"one-time code called pin", form, "email=a%40shop.example&pin=560001", guard.SignIn},
		{"name where signing in", form, "email=a%40shop.example&pin=560001&name=Ravi&remember=1", guard.SignIn},
		{"sign-in", form, "userid=12345678&pin=560001", guard.SignIn},
		{"sign-in that tells where from", form, "userid=12345678&pin=560001&country=JP", guard.SignIn},
		{"password in an address", form, "email=a%40shop.example&city=Delhi&state=DL&pin=Tulip-77", guard.SignIn},
		{"password beside a postal code", form, "email=a%40shop.example&password=Tulip-77&city=Delhi&state=DL&pin=110001", guard.SignIn},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, testCase{act: c.act}, request{headers: c.headers, body: c.body}.inspect(t, guard.Hints{Known: known}))
		})
	}
}

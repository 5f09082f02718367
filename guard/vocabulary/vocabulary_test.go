package vocabulary

import (
	"strings"
	"testing"
)

// TestVocabulary holds names that were met in forms to what they are.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	for want, names := range map[Class]string{
		Password: `password passwd passwort userpassword user_password user[password] mfid_user[password] session[password] login_pass
			login_password loginpassword passcode ap_password j_password _password log_password SsLogonPassword passphrase senha kennwort contrasena
			motdepasse PASSWORD Password1 password[0] ctl00$ContentPlaceHolder1$txtPassword form:j_idt12:password loginForm.password
			data[User][password] customer-password ns:password パスワード ログインパスワード ｐａｓｓｗｏｒｄ 暗証番号 пароль`,
		PasswordWeak: `pass pwd pw psw pswd pin pass1 PASS`,
		NewPassword:  `newpassword new_password new-password txtNewPassword createPassword 新しいパスワード`,
		ConfirmPassword: `password_confirmation confirm retype password2 pwdcheck confirmPassword txtConfirmPassword repeat-password
			plainPassword[second]`,
		OldPassword: `oldPassword old_password user_old_password 現在のパスワード`,
		ID: `username userName loginid loginId login_id loginname login_email loginmail accountname membername memberid uname umail identifier
			USERNAME user[email] mfid_user[email] _username j_username SsLogonUser customer_id kaiin_no emaillo mail_tel txtUserName`,
		IDWeak: `user userid user_id userId login uid account accountid log`,
		Mail:   `email e-mail mail mailaddress mail_address mailAddress contact[email] billing.email Eメール メールアドレス`,
		Code: `otp otpCode otp_code one-time-code onetimecode onetimepassword totp totpcode twofactorcode twofactor twofa 2facode mfacode mfa_code
			approvals_code verificationcode verification_code verifyCode smscode sms_code sms_otp email_code wfls-token ninshoCode authcode auth_code`,
		CodeWeak:  `code otc otc-code mfa vcode security_code`,
		Card:      `cardnumber cvv cvv2 Cardanumber NameonCards cc-number`,
		NotSignIn: `captcha search query newsletter hint forgot comment`,
		Other: `showPassword show_password hasPassword rememberPassword passwordStrength password_hint passwordExpiry resetPassword forgot-password
			minPassword requirePassword isPassword usePassword passwordPolicy compass bypass passenger hashtag captchaCode_x useEmail
			encryptedPasswordExpected a _ [] ... 12345`,
	} {
		for name := range strings.FieldsSeq(names) {
			if got := Lookup([]byte(name)).Class; got != want {
				t.Errorf("%q is of class %d; want %d", name, got, want)
			}
		}
	}
}

// TestVocabularyRefuses shows that a mistake in the file does not pass.
func TestVocabularyRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown section": "[passwords]\nx",
		"two sections":    "[password]\nabc\n[mail]\nabc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken for a vocabulary", text)
				}
			}()
			mustVocabulary(text)
		})
	}
}

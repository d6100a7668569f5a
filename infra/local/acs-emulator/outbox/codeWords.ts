// The words around one-time codes, in lower case.

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Latin words for a code, with their usual endings. */
const NAMES = words(
  'code codes codigo código codigos códigos codice codici cod codul kode koden koder kod kodu koda kodem kodom kodunuz kodunu kodun ' +
    'kód kódu kódem kódja kódod koodi koodisi koodin kood kodas kods mã sandi otp totp pin tan tac token passcode password ' +
    'passwort kennwort passe senha clave contraseña lozinka parola parolă hasło heslo şifre şifreniz lösenord adgangskode wachtwoord ' +
    'verification verificación verificação vérification verifizierung',
);

/** The ends of compounds: Bestätigungscode, verificatiecode, engångskod, vahvistuskoodi. */
const COMPOUND = /(?:code|codes|kode|koden|kod|koodi|koodisi|kód|kennwort|passwort)$/;

/** Words that end like a code but are none. */
const NOT_NAMES = words('barcode postcode zipcode decode encode unicode qrcode sourcecode opcode');

/** Before the word: codes of other kinds. */
const OTHER_KINDS = words(
  'zip postal area country dial dialling promo promotional discount coupon voucher gift referral qr bar error status source dress',
);

/** Russian, Ukrainian and Bulgarian as whole words; the others are parts of longer runs of letters. */
const NOT_LATIN =
  /^(?:код(?:а|у|ом|ът)?|пароль|пароля|парола|пин|пін)$|κωδικ|קוד|סיסמ|رمز|كود|کد|कोड|ओटीपी|पिन|รหัส|验证码|驗證碼|校验码|校驗碼|认证码|认證碼|动态码|動態碼|密码|密碼|コード|暗証番号|パスワード|인증|코드|비밀번호/;

const MAXIMUM_NAME_CHARACTERS = 40;

/** Whether a word names a one-time code. @param before the word before it */
export function isCodeWord(word: string, before: string): boolean {
  if (NOT_NAMES.has(word) || OTHER_KINDS.has(before)) return false;
  if (NAMES.has(word) || NOT_LATIN.test(word)) return true;
  return word.length <= MAXIMUM_NAME_CHARACTERS && COMPOUND.test(word);
}

/** Between the word and the code: "your code is …", "Ihr Code lautet …". */
export const LINKING = words('is ist lautet est es è é er är on jest to je být это є είναι هو הוא है là adalah');

/** Directly before a number that is no code. */
const OTHER_NUMBERS = words(
  'in order orders invoice ref reference ticket case booking room flat apt suite box account acct ending card customer member flight gate ' +
    'bus tel phone telephone mobile fax call dial text sms stop help at no nr nº num extension ext zip plz postcode copyright year since until ' +
    'bestellung bestellnummer auftrag rechnung rechnungsnummer kundennummer konto telefon anruf hotline ' +
    'commande facture compte réf téléphone pedido factura cuenta teléfono ordine fattura telefono bestelling factuur rekening ' +
    'заказ заказа счет счёт тел телефон номер zamówienie faktura',
);

/** What "order number" and "ending in" end with. */
const SECOND_WORDS = words('number no nr code id in with to');

const CURRENCY_WORDS = words(
  'eur euro euros usd gbp chf sek nok dkk kr pln zł czk kč huf ft ron lei inr rs jpy cny rmb krw try tl rub руб uah грн brl',
);

/** Whether a number is no code, by the two words before it. */
export function isOtherNumber(first: string, second: string): boolean {
  if (OTHER_NUMBERS.has(second) || CURRENCY_WORDS.has(second)) return true;
  return SECOND_WORDS.has(second) && (OTHER_NUMBERS.has(first) || OTHER_KINDS.has(first));
}

// After a number: an amount or a measure.
const MEASURE =
  /^(?:[.,]\d{1,2})?\s?(?:[%€$£¥₹₽₩₺₴₦]|円|元|원|(?:eur|euro|euros|usd|gbp|chf|sek|nok|dkk|kr|pln|zł|czk|kč|huf|ft|ron|lei|inr|rs|jpy|cny|rmb|krw|try|tl|rub|руб|uah|грн|brl|km|kg|mb|gb|kb|kwh|kcal|mi|miles|points|pts|punkte|people|users|seconds|sec|s|ms|minutes|min|minuten|hours|h|uhr|steps|px)(?![\p{L}\d]))/iu;

/** Whether a number is an amount or a measure. @param after the text after it */
export function isMeasure(after: string): boolean {
  return MEASURE.test(after);
}

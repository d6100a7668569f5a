import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCopyable } from '../../../../infra/local/acs-emulator/outbox/findCopyable.ts';

const codesIn = (...texts: string[]) => findCopyable(texts).codes;

describe('codes in messages like those of', () => {
  test.each([
    // English
    ['G-123456 is your Google verification code.', ['G-123456']],
    ["Your WhatsApp code: 123-456\nDon't share this code with others", ['123-456']],
    ['Your Uber code is 4821. Never share this code. Reply STOP ALL to +44 7903 561836 to unsubscribe.', ['4821']],
    ['<#> Your ExampleApp code is: 123ABC78\nFA+9qCX9VSu', ['123ABC78']],
    ['747723 is your Contoso authentication code.\n\n@contoso.example #747723', ['747723']],
    ['Your Apple Account code is: 908162. Do not share it with anyone.', ['908162']],
    ['Your Steam Guard code: 5K8PV', ['5K8PV']],
    ['First copy your one-time code: WDJB-MJHT', ['WDJB-MJHT']],
    ['Use 884422 as your OTP for the payment of EUR 1250.00 to ACME on 15/01/2026.', ['884422']],
    ['OTP 493021 for txn of Rs. 5000 at STORE. Card ending 4417. Valid till 10:45.', ['493021']],
    ['Your PIN is 2024. It replaces the one of 2019.', ['2024']],
    ['123456', ['123456']],
    ['Contoso: 123 456', ['123 456']],
    ['Backup codes: 48213377, 90127755', ['48213377', '90127755']],
    ['*482133* is your code', ['482133']],
    // German
    ['Ihr Bestätigungscode lautet 482133. Er ist 10 Minuten gültig.', ['482133']],
    ['TAN: 904417 für Ihre Überweisung über 1.250,00 EUR am 15.01.2026 auf Konto 12345678.', ['904417']],
    ['123456 ist dein Instagram-Code.', ['123456']],
    // Other European languages
    ['Votre code de vérification est 482 133. Il expire dans 10 minutes.', ['482 133']],
    ['Su código de verificación es 482133. No lo comparta.', ['482133']],
    ['Seu código de verificação é 482133', ['482133']],
    ['Il tuo codice è 482133', ['482133']],
    ['Je verificatiecode is 482133', ['482133']],
    ['Din engångskod är 482133', ['482133']],
    ['Vahvistuskoodisi on 482133', ['482133']],
    ['Twój kod weryfikacyjny to 482133', ['482133']],
    ['Váš ověřovací kód je 482133', ['482133']],
    ['Doğrulama kodunuz: 482133', ['482133']],
    ['Ваш код подтверждения: 482133. Никому не сообщайте его!', ['482133']],
    ['Κωδικός επιβεβαίωσης: 482133', ['482133']],
    // Other languages
    ['【示例】您的验证码是482133，5分钟内有效。', ['482133']],
    ['【示例】验证码482133,10分钟内有效,请勿泄露。', ['482133']],
    ['認証コード：482133（有効期限10分）', ['482133']],
    ['[예시] 인증번호 [482133]를 입력해 주세요.', ['482133']],
    ['رمز التحقق الخاص بك هو ٤٨٢١٣٣', ['482133']],
    ['קוד האימות שלך הוא 482133', ['482133']],
    ['आपका ओटीपी 482133 है', ['482133']],
    ['Mã xác nhận của bạn là 482133', ['482133']],
  ])('%s', (text, codes) => {
    expect(codesIn(text)).toEqual(codes);
  });
});

describe('no code is in', () => {
  test.each([
    'Happy New Year 2026!',
    '© 2026 Contoso. All rights reserved.',
    'Call us at +1 425 555 0123 or (425) 555-0199.',
    'Rufen Sie 030 12345678 an.',
    'Call 555-0123.',
    'Your invoice of $1250 is due.',
    'You paid 1,250.00 USD.',
    'Zahlen Sie 1250,50 € bis zum 15.01.2026.',
    'Betrag: 12500 Euro',
    'Total: €4999',
    '残高は50000円です',
    'Order 12345678 has shipped.',
    'Your order number 482133 is ready.',
    'Your order #48213377 has shipped.',
    'Your card ending in 4417 was charged.',
    'Karte ****4417 wurde belastet.',
    'Your zip code 98052 is not served.',
    'Ihre Postleitzahl: PLZ 10115',
    'Reply STOP to 32665 to end.',
    'Your parcel 00340434161094042557 arrives at 16:30 on 2026-01-15.',
    'Save 20% with promo code SAVE20',
    'Please read the code of conduct before you join.',
    'Enter your code. It expires in 10min.',
    'YOUR CODE IS READY',
    'server 192.168.10.1 runs version 1024.2048',
    'You walked 12345 steps',
    '',
  ])('%s', (text) => {
    expect(codesIn(text)).toEqual([]);
  });
});

test('a long message without a word for codes has none', () => {
  expect(codesIn('98101')).toEqual(['98101']);
  expect(codesIn(`${'Lorem ipsum dolor sit amet. '.repeat(20)} Contoso, Seattle, WA 98101`)).toEqual([]);
});

test('of two numbers that nothing names, none is a code', () => {
  expect(codesIn('482133 904417')).toEqual([]);
});

test('a code in the subject and in both bodies is found once', () => {
  const html =
    '<style>.c { color: #123456 }</style><title>111111</title><p>Your code:</p><td>4</td><b>82</b><b>133</b>';
  expect(findCopyable(['482133 is your code', 'Your code is 482133'], `<b>Your code: 482133</b>`).codes).toEqual([
    '482133',
  ]);
  expect(findCopyable([], html).codes).toEqual(['82133']);
});

describe('links', () => {
  test.each([
    ['See https://contoso.example/a?b=1&c=2#d.', ['https://contoso.example/a?b=1&c=2#d']],
    ['(https://contoso.example/a_(b))', ['https://contoso.example/a_(b)']],
    [
      '<https://contoso.example>, "http://fabrikam.example/x"!',
      ['https://contoso.example', 'http://fabrikam.example/x'],
    ],
    ['请访问https://contoso.example/确认，谢谢', ['https://contoso.example/确认']],
    [
      'HTTPS://CONTOSO.EXAMPLE/A then https://contoso.example/b and https://contoso.example/b again',
      ['HTTPS://CONTOSO.EXAMPLE/A', 'https://contoso.example/b'],
    ],
    ['http:// https://[ ftp://contoso.example mailto:a@contoso.example javascript:alert(1)', []],
    ['Your code: https://contoso.example/482133', ['https://contoso.example/482133']],
  ])('of %s', (text, links) => {
    expect(findCopyable([text])).toEqual({ codes: [], links });
  });

  test.each([
    ['<a href="https://contoso.example/?a=1&amp;b=2&#38;c=3">x</a>', ['https://contoso.example/?a=1&b=2&c=3']],
    ["<A CLASS=b HREF = ' https://contoso.example/a '>x</A>", ['https://contoso.example/a']],
    [
      '<a href=https://contoso.example/a>x</a><area href="http://contoso.example/b">',
      ['https://contoso.example/a', 'http://contoso.example/b'],
    ],
    ['<a href="javascript:alert(1)">x</a><a href="mailto:a@b.example">y</a><a href="/relative">z</a>', []],
    ['<link href="https://contoso.example/style.css"><img src="https://contoso.example/a.png">', []],
    ['<!-- <a href="https://contoso.example/">x</a> --><script>"<a href=https://contoso.example/>"</script>', []],
    ['<p>Go to https://contoso.example/a&amp;b</p>', ['https://contoso.example/a&b']],
  ])('of HTML %s', (html, links) => {
    expect(findCopyable([], html).links).toEqual(links);
  });
});

test('any text is read without error, and codes and links are parts of it', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('code', 'PIN', ' ', '-', ',', '123456', '4821', 'https://a.b/', '<a href=', '&amp;', '"', '>'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const { codes, links } = findCopyable([text], text);
      for (const code of codes) expect(code).toMatch(/^[A-Za-z0-9]+(?:[-‐‑‒– \u00a0\u2009\u202f][A-Za-z0-9]+)*$/);
      for (const link of links) expect(link).toMatch(/^https?:\/\//i);
    }),
  );
});

// Each was chosen to make a scanner with a loop inside its loop slow: it would take minutes.
test.each([
  ['digits', '1'.repeat(10_000_000)],
  ['groups', '123 '.repeat(2_500_000)],
  ['hyphens', '123-'.repeat(2_500_000)],
  ['words for codes', 'code '.repeat(2_000_000)],
  ['capitals', 'AB-'.repeat(3_000_000)],
  ['schemes', 'http://'.repeat(1_500_000)],
  ['closing brackets', `https://a.b/${')'.repeat(10_000_000)}`],
  ['tags', '<a href='.repeat(1_250_000)],
  ['nested tags', '<p>'.repeat(3_000_000)],
  ['closing tags', '<p></q>'.repeat(1_400_000)],
  ['attributes', `<a ${'b '.repeat(5_000_000)}`],
  ['entities', '&#x'.repeat(3_000_000)],
  ['comments', '<!--'.repeat(2_500_000)],
  ['spaces', ' '.repeat(10_000_000)],
  ['lines', `${'\n '.repeat(5_000_000)}x`],
])('10 MB of %s are searched in linear time', { timeout: 10_000 }, (_what, text) => {
  expect(findCopyable([text, text], text).codes.length).toBeLessThan(2);
});

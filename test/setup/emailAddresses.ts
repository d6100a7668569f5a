/**
 * Addresses and whether they are taken, for everything that checks one. ACS refuses what is no address at all with 400;
 * what it does with addresses beyond ASCII is not documented, and SMTP servers that take them (RFC 6531) are rare.
 */
export const EMAIL_ADDRESSES: readonly (readonly [address: string, isTaken: boolean])[] = [
  ['anna@contoso.com', true],
  ['Anna.Smith+news@Mail.Contoso.COM', true],
  ["o'hara_1@contoso.co.uk", true],
  ['a..b.@contoso.com', true], // not in RFC 5322, but mobile providers have given out such addresses
  ['#&*/=?^{}~!$%`|-@contoso.com', true],
  ['info@xn--bcher-kva.example', true],
  ['DoNotReply@11111111-2222-3333-4444-555555555555.azurecomm.net', true],
  ['info@bücher.example', false],
  ['jürgen@contoso.com', false],
  ['麥克風@contoso.com', false],
  ['anna@contoso。com', false],
  ['anna\u00ad@contoso.com', false],
  ['', false],
  ['anna', false],
  ['anna@contoso', false],
  ['@contoso.com', false],
  ['anna@', false],
  ['anna@@contoso.com', false],
  ['anna@ben@contoso.com', false],
  ['anna@contoso..com', false],
  ['anna@.contoso.com', false],
  ['anna@contoso.com.', false],
  ['anna@-contoso.com', false],
  ['anna@contoso-.com', false],
  ['anna@contoso.c', false],
  ['anna@con_toso.com', false],
  ['anna@[127.0.0.1]', false],
  ['anna@contoso.com,ben@contoso.com', false],
  ['anna@contoso.com;ben@contoso.com', false],
  ['anna,ben@contoso.com', false],
  ['anna;ben@contoso.com', false],
  ['"anna"@contoso.com', false],
  ['anna smith@contoso.com', false],
  [' anna@contoso.com', false],
  ['anna@contoso.com\n', false],
  ['Anna <anna@contoso.com>', false],
  ['anna@contoso.com>', false],
  [`${'a'.repeat(309)}@contoso.com`, false],
];

/**
 * What may stand in `senderAddress`: ACS takes angle brackets around a bare address, and no display name.
 *
 * @see https://github.com/Azure/azure-sdk-for-java/issues/39910
 */
export const SENDER_ADDRESSES: readonly (readonly [address: string, isTaken: boolean])[] = [
  ['<DoNotReply@contoso.com>', true],
  ['Contoso <DoNotReply@contoso.com>', false],
  ['"Contoso" <DoNotReply@contoso.com>', false],
  ['<DoNotReply@contoso.com', false],
  ['DoNotReply@contoso.com>', false],
  ['<<DoNotReply@contoso.com>>', false],
  ['<>', false],
  ['<DoNotReply@contoso.com><news@contoso.com>', false],
  ['<DoNotReply@contoso.com> ', false],
];

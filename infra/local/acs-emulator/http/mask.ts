const PHONE_NUMBER = /(\+|%2B)(\d{4})\d{1,}(\d{4})(?!\d)/gi;
const EMAIL_ADDRESS =
  /(?<![\w.!#$&'*+=?^`{|}~-])([\w.!#$&'*+=?^`{|}~-])[\w.!#$&'*+=?^`{|}~-]*(@|%40)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})/g;
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Makes a log line safe: no phone number, e-mail address, token or key stands whole in it. */
export function mask(line: string, secrets: readonly string[]): string {
  let masked = line.replace(JSON_WEB_TOKEN, 'eyJ•••');
  for (const secret of secrets) masked = masked.replaceAll(secret, '•••').replaceAll(encodeURIComponent(secret), '•••');
  return masked.replace(EMAIL_ADDRESS, '$1•••$2$3').replace(PHONE_NUMBER, '$1$2•••$3');
}

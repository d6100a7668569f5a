import type { RouteResult } from '../http/response.ts';
import type { EmailAttachment } from './emailContent.ts';

// Name, type and content of an attachment are the sender's: a browser must not take it for a document of the emulator.

const SAFE_IMAGE = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/i;

/** Whether a browser can show a type of content as an image only. SVG can have scripts. */
export function isSafeImage(contentType: string): boolean {
  return SAFE_IMAGE.test(contentType.trim());
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Types that browsers show as documents or run. */
const ACTIVE_TYPE = /html|xml|svg|script|multipart|pdf/i;

/** Returns an attachment as a download, or for the page if it is an image. */
export function attachmentResult(attachment: EmailAttachment, wanted: 'attachment' | 'inline'): RouteResult {
  const { name, contentType, contentInBase64 } = attachment;
  const [essence = ''] = contentType.split(';');
  const disposition = wanted === 'inline' && isSafeImage(essence) ? 'inline' : 'attachment';
  return {
    status: 200,
    content: { type: downloadType(essence.trim().toLowerCase()), bytes: Buffer.from(contentInBase64, 'base64') },
    headers: {
      'content-disposition': `${disposition}; ${fileNameParameters(name)}`,
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  };
}

function downloadType(type: string): string {
  return MEDIA_TYPE.test(type) && !ACTIVE_TYPE.test(type) ? type : 'application/octet-stream';
}

const MAXIMUM_NAME_CHARACTERS = 150;

// Directories, control characters, and those that change the direction of the text, which can hide the real ending.
const UNSAFE = /[\p{Cc}/\\:*?"<>|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The file name of an attachment as a name on any system. */
export function safeFileName(name: string): string {
  const safe = name
    .replace(UNSAFE, '_')
    .toWellFormed()
    .replace(/^[. ]+/, '')
    .trim();
  const [, base = safe, ending = ''] =
    /^(.*?)(\.[\p{L}\d]{1,16})?$/u.exec(safe.slice(-2 * MAXIMUM_NAME_CHARACTERS)) ?? [];
  const short = base.slice(0, MAXIMUM_NAME_CHARACTERS).toWellFormed();
  return `${short}${ending}` || 'attachment';
}

/** @see RFC 6266, section 5; RFC 8187, section 3.2 */
function fileNameParameters(name: string): string {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^ -~]|[%;]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

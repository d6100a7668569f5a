/**
 * The media types that ACS accepts for attachments.
 *
 * @see "Allowed attachment types for sending email in Azure Communication Services" (2023-03-31)
 */
const ALLOWED = new Set([
  ...['csv', 'calendar', 'plain', 'xml'].map((it) => `text/${it}`),
  ...['bmp', 'gif', 'jpeg', 'png', 'svg+xml', 'tiff', 'vnd.microsoft.icon', 'webp'].map((it) => `image/${it}`),
  ...['aac', 'midi', 'mpeg', 'ogg', 'opus', 'wav', 'webm', 'x-ms-wma'].map((it) => `audio/${it}`),
  ...['3gpp', '3gpp2', 'mp4', 'mpeg', 'ogg', 'webm', 'x-ms-wmv', 'x-msvideo'].map((it) => `video/${it}`),
  ...['otf', 'ttf', 'woff', 'woff2'].map((it) => `font/${it}`),
  ...[
    'epub+zip',
    'gzip',
    'json',
    'msword',
    'ogg',
    'onenote',
    'pdf',
    'rtf',
    'vnd.ms-excel',
    'vnd.ms-excel.sheet.binary.macroenabled.12',
    'vnd.ms-excel.sheet.macroenabled.12',
    'vnd.ms-fontobject',
    'vnd.ms-outlook',
    'vnd.ms-powerpoint',
    'vnd.ms-powerpoint.presentation.macroenabled.12',
    'vnd.ms-powerpoint.slideshow.macroenabled.12',
    'vnd.ms-publisher',
    'vnd.ms-word.document.macroenabled.12',
    'vnd.openxmlformats-officedocument.presentationml.presentation',
    'vnd.openxmlformats-officedocument.presentationml.slideshow',
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'vnd.openxmlformats-officedocument.wordprocessingml.document',
    'vnd.visio',
    'x-7z-compressed',
    'x-rar-compressed',
    'x-tar',
    'xml',
    'zip',
  ].map((it) => `application/${it}`),
]);

/** @param contentType with or without parameters (`text/plain; charset=utf-8`), in any case */
export function isAllowedAttachmentType(contentType: string): boolean {
  const [mediaType = ''] = contentType.split(';');
  return ALLOWED.has(mediaType.trim().toLowerCase());
}

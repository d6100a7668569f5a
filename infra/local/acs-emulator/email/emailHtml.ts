import { Tokenizer } from 'htmlparser2';
import type { EmailAttachment } from './emailContent.ts';
import { isSafeImage } from './emailFiles.ts';

/**
 * Runs nothing, loads nothing, sends nothing and cannot move the frame. Links open in a new tab if the frame's own sandbox
 * lets them.
 *
 * Images are part of the document: in a sandbox it is of no origin, and no other origin may load what the emulator serves.
 */
export const EMAIL_HTML_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  'img-src data:',
  'font-src data:',
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Elements that browsers act on even where the policy allows nothing: they resolve host names and connect. */
const REMOVED = new Set(['base', 'link', 'meta']);

const NAVIGATING = new Set(['a', 'area', 'form']);

// The first of several attributes with one name counts.
const NEW_TAB = ' target="_blank" rel="noopener noreferrer"';

/** Of all images together; an image counts each time it is used. */
const MAXIMUM_IMAGE_CHARACTERS = 32 * 1024 * 1024;

const CID = /\bcid:([^\s"'<>()\\,;&]+)/gi;

/** Returns the HTML of an email message for a frame: with its inline images, and links that open in a new tab. */
export function frameHtml(html: string, attachments: readonly EmailAttachment[]): string {
  return new Rewriter(html, new InlineImages(attachments)).rewrite();
}

class InlineImages {
  readonly #byContentId: ReadonlyMap<string, string>;
  #characters = 0;

  constructor(attachments: readonly EmailAttachment[]) {
    const images = attachments.filter(({ contentType }) => isSafeImage(contentType));
    this.#byContentId = new Map(
      images.flatMap(({ contentId, contentType, contentInBase64 }) =>
        contentId ? [[contentId, `data:${contentType.toLowerCase().trim()};base64,${contentInBase64}`] as const] : [],
      ),
    );
  }

  /** Replaces `cid:` links to images. */
  embed(text: string): string {
    return text.replace(CID, (link, contentId: string) => {
      const image = this.#byContentId.get(contentId) ?? this.#byContentId.get(decode(contentId));
      if (image === undefined || this.#characters + image.length > MAXIMUM_IMAGE_CHARACTERS) return link;
      this.#characters += image.length;
      return image;
    });
  }
}

/** @see RFC 2392: a content id is percent-encoded in a link */
function decode(contentId: string): string {
  try {
    return decodeURIComponent(contentId);
  } catch {
    return contentId;
  }
}

/** Copies HTML except for what it replaces, in linear time. */
class Rewriter {
  readonly #html: string;
  readonly #images: InlineImages;
  readonly #output: string[] = [];
  #copied = 0;
  #element = '';
  #valueStart = 0;

  constructor(html: string, images: InlineImages) {
    this.#html = html;
    this.#images = images;
  }

  rewrite(): string {
    const ignore = () => undefined;
    const endTag = (end: number) => {
      if (!this.#isRemoved()) return;
      this.#replace(this.#copied, end + 1, '');
      this.#element = '';
    };
    const tokenizer = new Tokenizer(
      { decodeEntities: false },
      {
        onopentagname: (start, end) => this.#open(start, end),
        onattribname: (_, end) => {
          this.#valueStart = end;
        },
        onattribend: (_, end) => this.#embed(this.#valueStart, end),
        onopentagend: endTag,
        onselfclosingtag: endTag,
        ontext: (start, end) => {
          if (this.#element === 'style') this.#embed(start, end);
        },
        onclosetag: () => {
          this.#element = '';
        },
        ...{ onattribdata: ignore, onattribentity: ignore, ontextentity: ignore, oncdata: ignore, oncomment: ignore },
        ...{ ondeclaration: ignore, onprocessinginstruction: ignore, onend: ignore },
      },
    );
    tokenizer.write(this.#html);
    tokenizer.end();
    if (!this.#isRemoved()) this.#output.push(this.#html.slice(this.#copied));
    return this.#output.join('');
  }

  #open(start: number, end: number): void {
    this.#element = this.#html.slice(start, end).toLowerCase();
    if (this.#isRemoved()) this.#replace(start - 1, end, '');
    if (NAVIGATING.has(this.#element)) this.#replace(end, end, NEW_TAB);
  }

  #isRemoved(): boolean {
    return REMOVED.has(this.#element);
  }

  #embed(start: number, end: number): void {
    if (this.#isRemoved()) return;
    const text = this.#html.slice(start, end);
    const embedded = this.#images.embed(text);
    if (embedded !== text) this.#replace(start, end, embedded);
  }

  #replace(start: number, end: number, text: string): void {
    this.#output.push(this.#html.slice(this.#copied, start), text);
    this.#copied = end;
  }
}

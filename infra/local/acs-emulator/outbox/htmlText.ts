import { Tokenizer } from 'htmlparser2';

/** What a reader sees of an HTML document, and where its links lead. */
export interface HtmlText {
  /** Blocks and table cells are on lines of their own. */
  readonly text: string;
  /** The values of `href` of its links, decoded, in order. */
  readonly hrefs: readonly string[];
}

/** Elements whose text is not shown. */
const HIDDEN = new Set(['script', 'style', 'title', 'noscript', 'template', 'iframe', 'noembed', 'noframes', 'xmp']);
const LINKS = new Set(['a', 'area']);

/** Elements that do not interrupt a line of text. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big center cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/**
 * Reads the text and the links of HTML, however it is nested, in linear time.
 *
 * @param maximumCharacters after which it stops: of the HTML for links, and of the text
 */
export function readHtml(html: string, maximumCharacters: number): HtmlText {
  const reader = new Reader(html, maximumCharacters);
  return reader.read();
}

class Reader {
  readonly #html: string;
  readonly #maximum: number;
  readonly #chunks: string[] = [];
  readonly #hrefs: string[] = [];
  #characters = 0;
  #hiddenBy: string | undefined;
  #element = '';
  /** The value so far of a link's `href`. */
  #href: string | undefined;

  constructor(html: string, maximum: number) {
    this.#html = html.slice(0, maximum);
    this.#maximum = maximum;
  }

  read(): HtmlText {
    const ignore = () => undefined;
    const tokenizer = new Tokenizer(
      {},
      {
        ontext: (start, end) => this.#add(this.#html.slice(start, end)),
        ontextentity: (codePoint) => this.#add(String.fromCodePoint(codePoint)),
        onopentagname: (start, end) => this.#open(this.#name(start, end)),
        onclosetag: (start, end) => this.#close(this.#name(start, end)),
        onattribname: (start, end) => {
          this.#href = LINKS.has(this.#element) && this.#name(start, end) === 'href' ? '' : undefined;
        },
        onattribdata: (start, end) => {
          if (this.#href !== undefined) this.#href += this.#html.slice(start, end);
        },
        onattribentity: (codePoint) => {
          if (this.#href !== undefined) this.#href += String.fromCodePoint(codePoint);
        },
        onattribend: () => {
          if (this.#href !== undefined) this.#hrefs.push(this.#href.trim());
          this.#href = undefined;
        },
        onopentagend: ignore,
        onselfclosingtag: ignore,
        oncdata: ignore,
        oncomment: ignore,
        ondeclaration: ignore,
        onprocessinginstruction: ignore,
        onend: ignore,
      },
    );
    tokenizer.write(this.#html);
    tokenizer.end();
    const text = this.#chunks.join('').slice(0, this.#maximum);
    return {
      text: text
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n[ \n]*/g, '\n')
        .trim(),
      hrefs: this.#hrefs,
    };
  }

  #name(start: number, end: number): string {
    return this.#html.slice(start, end).toLowerCase();
  }

  #add(text: string): void {
    if (this.#hiddenBy !== undefined || this.#characters > this.#maximum) return;
    this.#characters += text.length;
    this.#chunks.push(text.replace(/\s/g, ' '));
  }

  #open(name: string): void {
    this.#element = name;
    if (HIDDEN.has(name)) this.#hiddenBy ??= name;
    this.#breakLine(name);
  }

  #close(name: string): void {
    if (name === this.#hiddenBy) this.#hiddenBy = undefined;
    this.#breakLine(name);
  }

  #breakLine(name: string): void {
    if (this.#hiddenBy === undefined && !INLINE.has(name)) this.#chunks.push('\n');
  }
}

/** A CSV as the bytes of a request's body, which are decoded piece by piece: the text, all at once, would double them. */
export class CsvFile {
  readonly bytes: Uint8Array;
  /** The `charset` that its content type declared. A byte order mark takes precedence. */
  readonly charset: string | undefined;

  constructor(bytes: Uint8Array, charset?: string) {
    this.bytes = bytes;
    this.charset = charset;
  }
}

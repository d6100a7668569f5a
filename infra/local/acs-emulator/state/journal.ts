import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const NEWLINE = 0x0a;

/** What one write does. */
interface Batch {
  readonly emptyFirst: boolean;
  readonly lines: string[];
}

/**
 * An append-only file of events, one JSON text a line. Events that arrive while a write is under way go out together
 * in the next one, so that the cost of a request does not grow with what is already kept.
 */
export class Journal {
  readonly #file: FileHandle;
  #next: Batch = { emptyFirst: false, lines: [] };
  #flushing: Promise<void> | undefined;
  #appended = 0;
  #written = 0;
  #failure: { readonly error: unknown } | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Opens the journal and replays what it holds. A last line without its end is the trace of a killed process, whose
   * request was never answered: it is cut off.
   *
   * @throws Error when a whole line is not JSON
   */
  static async open(path: string, replay: (event: unknown) => void): Promise<Journal> {
    const file = await open(path, 'a', 0o600);
    try {
      await file.truncate(await replayLines(path, replay));
      return new Journal(file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(event: object): void {
    this.#next.lines.push(`${JSON.stringify(event)}\n`);
    this.#appended += 1;
  }

  /** Forgets everything appended so far. */
  clear(): void {
    this.#next = { emptyFirst: true, lines: [] };
    this.#appended += 1;
  }

  /** Resolves when everything appended so far has left the process, so that it outlives a SIGKILL. */
  async settled(): Promise<void> {
    const upTo = this.#appended;
    while (this.#written < upTo) {
      if (this.#failure) throw this.#failure.error;
      this.#flushing ??= this.#flush();
      await this.#flushing;
    }
  }

  async close(): Promise<void> {
    try {
      await this.settled();
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const { emptyFirst, lines } = this.#next;
    const upTo = this.#appended;
    this.#next = { emptyFirst: false, lines: [] };
    try {
      if (emptyFirst) await this.#file.truncate(0);
      if (lines.length > 0) await this.#file.appendFile(lines.join(''));
      this.#written = upTo;
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#flushing = undefined;
    }
  }
}

/** Replays each whole line; returns the length in bytes of the whole lines. */
async function replayLines(path: string, replay: (event: unknown) => void): Promise<number> {
  let rest: Buffer = Buffer.alloc(0);
  let wholeBytes = 0;
  let lineNumber = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
      lineNumber += 1;
      replay(parseLine(text.toString('utf8', start, end), path, lineNumber));
      start = end + 1;
    }
    wholeBytes += start;
    rest = text.subarray(start);
  }
  return wholeBytes;
}

function parseLine(line: string, path: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`Line ${lineNumber} of ${path} is damaged. Remove the file to start empty.`, { cause });
  }
}

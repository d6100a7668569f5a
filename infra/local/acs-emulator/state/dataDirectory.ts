import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the JSON value stored under a name, or creates it. Without a directory the value is created but not stored.
 *
 * @throws Error if the file is not JSON
 */
export async function readOrCreateJson<T>(
  directory: string | undefined,
  name: string,
  create: () => Promise<T>,
): Promise<T> {
  if (directory === undefined) return create();
  const path = join(directory, name);
  const stored = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return parseStored(stored, path) as T;
  const value = await create();
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return value;
}

const NEWLINE = 0x0a;

/** Content of one write. */
interface PendingWrite {
  readonly emptyFirst: boolean;
  readonly lines: string[];
}

/**
 * An append-only file of events, one JSON object per line. Events that arrive during a write are written together in the
 * next one, so the cost of a request does not grow with the stored state.
 */
export class Journal {
  readonly #file: FileHandle;
  #next: PendingWrite = { emptyFirst: false, lines: [] };
  #flushing: Promise<void> | undefined;
  #appended = 0;
  #written = 0;
  #failure: { readonly error: unknown } | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Opens the journal and replays its events. An incomplete last line was left by a killed process whose request was never
   * answered; it is truncated. A journal that is much larger than the state is replaced by the state.
   *
   * @param state returns the events that restore what has been replayed
   * @throws Error when a complete line is not JSON
   */
  static async open(path: string, replay: (event: unknown) => void, state: () => Iterable<object>): Promise<Journal> {
    let file = await open(path, 'a', 0o600);
    try {
      const sizeBytes = await replayLines(path, replay);
      await file.truncate(sizeBytes);
      if (sizeBytes >= COMPACT_FROM_BYTES && isSmaller(state(), sizeBytes / 2)) {
        await file.close();
        await replaceLines(path, state());
        file = await open(path, 'a', 0o600);
      }
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

  /** Discards everything appended so far. */
  clear(): void {
    this.#next = { emptyFirst: true, lines: [] };
    this.#appended += 1;
  }

  /** Resolves when everything appended so far has been handed to the operating system and survives a SIGKILL. */
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

/** Smaller journals are replayed in no time. */
const COMPACT_FROM_BYTES = 4 * 1024 * 1024;

/** About how much is written at a time. */
const WRITE_CHARACTERS = 1024 * 1024;

function isSmaller(events: Iterable<object>, sizeBytes: number): boolean {
  let sum = 0;
  for (const event of events) {
    sum += Buffer.byteLength(JSON.stringify(event)) + 1;
    if (sum >= sizeBytes) return false;
  }
  return true;
}

/** Replaces the content of a file. A crash leaves either the old or the new one. */
async function replaceLines(path: string, events: Iterable<object>): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    let text = '';
    for (const event of events) {
      text += `${JSON.stringify(event)}\n`;
      if (text.length < WRITE_CHARACTERS) continue;
      await file.appendFile(text);
      text = '';
    }
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** Replays every complete line and returns their total length in bytes. */
async function replayLines(path: string, replay: (event: unknown) => void): Promise<number> {
  let rest: Buffer = Buffer.alloc(0);
  let completeBytes = 0;
  let lineNumber = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, start)) {
      lineNumber += 1;
      replay(parseStored(text.toString('utf8', start, end), `Line ${lineNumber} of ${path}`));
      start = end + 1;
    }
    completeBytes += start;
    rest = text.subarray(start);
  }
  return completeBytes;
}

function parseStored(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${place} is damaged. Remove the file to start without it.`, { cause });
  }
}

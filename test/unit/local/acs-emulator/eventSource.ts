/** An event of a stream, as a browser would read it. Comments are events named `:`. */
export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: read loosely, for `toMatchObject` and the like
  readonly data: any;
}

/** Reads server-sent events one after another. */
export class EventSourceClient {
  readonly status: number;
  readonly headers: Headers;
  readonly #abort: AbortController;
  readonly #events: AsyncGenerator<StreamEvent, undefined>;

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.headers = response.headers;
    this.#abort = abort;
    this.#events = readEvents(response);
  }

  static async open(url: string | URL, lastEventId?: string): Promise<EventSourceClient> {
    const abort = new AbortController();
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return new EventSourceClient(await fetch(url, { headers, signal: abort.signal }), abort);
  }

  /** Returns undefined at the end of the stream. */
  async next(): Promise<StreamEvent | undefined> {
    return (await this.#events.next()).value;
  }

  /** Returns the events up to the first that fits. */
  async until(isLast: (event: StreamEvent) => boolean): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) {
      events.push(event);
      if (isLast(event)) return events;
    }
    throw new Error(`The stream has ended after ${JSON.stringify(events)}`);
  }

  close(): void {
    this.#abort.abort();
  }
}

async function* readEvents(response: Response): AsyncGenerator<StreamEvent, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield readEvent(block);
  }
  return undefined;
}

function readEvent(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.split(': ').slice(1).join(': ')]),
  );
  if (fields.has('')) return { id: '', name: ':', data: fields.get('') };
  return {
    id: fields.get('id') ?? '',
    name: fields.get('event') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}

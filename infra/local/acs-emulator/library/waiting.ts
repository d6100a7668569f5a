import { AcsEmulatorError, type InspectionApi } from './inspectionApi.ts';
import type { ChatItem, EmailItem, ItemSummary, SmsItem } from './itemTypes.ts';

// Finding messages and waiting for them: what a string selects, the emulator does; a RegExp is tested here.

/** The channels whose messages tests wait for. */
export interface Messages {
  readonly sms: SmsItem;
  readonly email: EmailItem;
  readonly chat: ChatItem;
}

/** Which messages to find. Strings are found anywhere, in any case. A RegExp is tested against the whole. */
export interface MessageFilter {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** Of the text, and of the HTML of an email message. */
  readonly text?: string | RegExp | undefined;
  /** Of an email message, or the topic of a chat thread. */
  readonly subject?: string | RegExp | undefined;
  /** The delivery status, e.g. `Delivered`. */
  readonly status?: string | undefined;
}

export interface WaitOptions {
  /**
   * Only messages that arrived after this one, or after the one with this `sequence`. Default: the newest message counts, even
   * if it arrived before the call.
   */
  readonly after?: { readonly sequence: number } | number | undefined;
  /** Default 4000: less than the 5 seconds after which Vitest and Jest end a test. At most 300,000. */
  readonly timeoutMilliseconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** No matching message arrived in time. The message says what did arrive. */
export class NotReceivedError extends AcsEmulatorError {
  override readonly name: string = 'NotReceivedError';
  /** The newest messages of the channel, newest first. */
  readonly received: readonly ItemSummary[];

  constructor(message: string, received: readonly ItemSummary[]) {
    super(message);
    this.received = received;
  }
}

const DEFAULT_WAIT_MILLISECONDS = 4000;
const MAXIMUM_WAIT_MILLISECONDS = 300_000;

/** Reads one mailbox. */
export class MessageReader {
  readonly #api: InspectionApi;
  readonly #mailbox: string;

  constructor(api: InspectionApi, mailbox: string) {
    this.#api = api;
    this.#mailbox = mailbox;
  }

  /** @returns the newest 100 that match, newest first */
  async list<Channel extends keyof Messages>(channel: Channel, filter: MessageFilter): Promise<Messages[Channel][]> {
    checkNames(filter);
    const summaries = await this.#summaries(channel, queryOf(filter));
    const items = await Promise.all(summaries.map((it) => this.#item(channel, it.id)));
    return items.filter((it) => it !== undefined && matches(it, filter)) as Messages[Channel][];
  }

  /**
   * @throws NotReceivedError after the time
   * @throws TypeError if the filter has a member that does not exist
   * @throws unknown the reason of the signal if it is aborted
   */
  async wait<Channel extends keyof Messages>(
    channel: Channel,
    { after, timeoutMilliseconds = DEFAULT_WAIT_MILLISECONDS, signal, ...filter }: MessageFilter & WaitOptions,
  ): Promise<Messages[Channel]> {
    checkNames(filter);
    checkTimeout(timeoutMilliseconds);
    const late = AbortSignal.timeout(timeoutMilliseconds);
    const ended = signal ? AbortSignal.any([signal, late]) : late;
    let since = typeof after === 'object' ? after.sequence : after;
    for (;;) {
      const newest = await this.#next(channel, filter, since, ended).catch((error: unknown) => {
        if (!late.aborted) throw error;
      });
      if (newest && matches(newest, filter)) return newest;
      // The newest one may not be the only one that has arrived since, and one may have arrived at the last moment.
      const others = await this.list(channel, filter);
      const found = others.find(({ sequence }) => sequence > (since ?? -1));
      if (found) return found;
      if (!newest) throw await this.#notReceived(channel, filter, timeoutMilliseconds);
      since = newest.sequence;
    }
  }

  /** Waits for the newest message that arrived after another one, by everything but regular expressions. */
  async #next<Channel extends keyof Messages>(
    channel: Channel,
    filter: MessageFilter,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<Messages[Channel]> {
    const query = { channel, ...queryOf(filter), after, timeoutSeconds: MAXIMUM_WAIT_MILLISECONDS / 1000 };
    return (await this.#get('wait', query, signal)) as Messages[Channel];
  }

  async #summaries(channel: string, query: Query): Promise<readonly ItemSummary[]> {
    return ((await this.#get('items', { channel, ...query })) as { value: readonly ItemSummary[] }).value;
  }

  /** @returns undefined if it has been removed in the meantime */
  #item(channel: string, id: string): Promise<unknown> {
    return this.#get(`items/${channel}/${encodeURIComponent(id)}`, {}).catch((error: unknown) => {
      if (error instanceof AcsEmulatorError && error.status === 404) return undefined;
      throw error;
    });
  }

  #get(path: string, query: Query, signal?: AbortSignal): Promise<unknown> {
    return this.#api.call('GET', path, { query: { ...query, mailbox: this.#mailbox }, signal });
  }

  async #notReceived(channel: string, filter: MessageFilter, milliseconds: number): Promise<NotReceivedError> {
    const [received, requests] = await Promise.all([
      this.#summaries(channel, { top: SHOWN }),
      this.#summaries('request', { top: REQUESTS_READ }),
    ]);
    const refused = requests.filter(({ status }) => !/^[123]/.test(status)).slice(0, SHOWN);
    const lines = [
      `No ${NAMES[channel]} ${describe(filter)}arrived within ${milliseconds} ms.`,
      received.length === 0 ? `The mailbox '${this.#mailbox}' has received none.` : 'The newest ones are:',
      ...received.map(
        (it) => `  ${it.from} → ${it.to.join(', ')}: ${[it.subject, it.preview].filter(Boolean).join(' – ')}`,
      ),
      ...(refused.length === 0 ? [] : ['Requests without success, newest first:']),
      ...refused.map((it) => `  ${it.subject} → ${it.status}`),
    ];
    return new NotReceivedError(lines.join('\n'), received);
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Messages and refused requests in the message of an error. */
const SHOWN = 5;
const REQUESTS_READ = 100;

const NAMES: Readonly<Record<string, string>> = { sms: 'SMS message', email: 'email message', chat: 'chat message' };

function queryOf({ to, from, text, subject, status }: MessageFilter): Query {
  const plain = (value: string | RegExp | undefined) => (typeof value === 'string' ? value : undefined);
  return { to, from, status, text: plain(text), subject: plain(subject) };
}

function matches(item: unknown, { text, subject }: MessageFilter): boolean {
  const { channel } = item as Messages[keyof Messages];
  const message = item as Messages[keyof Messages];
  return (
    (!(text instanceof RegExp) || contentsOf(message).some((it) => isMatch(text, it))) &&
    (!(subject instanceof RegExp) || (channel !== 'sms' && isMatch(subject, message.subject)))
  );
}

/** `test` of an expression with the flag `g` or `y` would continue where the last one has ended. */
function isMatch(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}

function contentsOf(item: Messages[keyof Messages]): readonly string[] {
  if (item.channel === 'sms') return [item.message];
  if (item.channel === 'email') return [item.plainText ?? '', item.html ?? ''];
  return [item.message?.content ?? ''];
}

function describe(filter: MessageFilter): string {
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value instanceof RegExp ? value : JSON.stringify(value)}`],
  );
  return parts.length === 0 ? '' : `with ${parts.join(', ')} `;
}

const FILTER_NAMES: readonly string[] = ['to', 'from', 'text', 'subject', 'status'] satisfies (keyof MessageFilter)[];

/** In plain JavaScript, a misspelled member would match every message. */
function checkNames(filter: object): void {
  const unknown = Object.keys(filter).find((name) => !FILTER_NAMES.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${unknown}: unknown; use ${FILTER_NAMES.join(', ')}`);
}

function checkTimeout(milliseconds: number): void {
  if (milliseconds >= 0 && milliseconds <= MAXIMUM_WAIT_MILLISECONDS) return;
  throw new TypeError(`timeoutMilliseconds: must be from 0 to ${MAXIMUM_WAIT_MILLISECONDS}`);
}

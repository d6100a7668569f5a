import type { ServerResponse } from 'node:http';
import type { StreamEvents } from '../inspection/items.ts';
import type { Change } from './changeLog.ts';
import type { Outbox } from './outbox.ts';

interface StreamOptions {
  readonly mailbox: string;
  /** `<epoch>-<revision>` of the last event that the client has received. */
  readonly lastEventId: string | undefined;
}

/** Changes that are written together. */
const BATCH = 500;

/** Shorter than the time after which proxies take a silent connection for dead. */
const HEARTBEAT_MILLISECONDS = 15_000;

/**
 * Writes the changes of an outbox as server-sent events, until the client disconnects. Changes are read from the outbox only
 * as fast as the client reads, so a slow one costs no memory; one that does not read at all is disconnected.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function streamItems(outbox: Outbox, { mailbox, lastEventId }: StreamOptions, response: ServerResponse): void {
  const resumed = resumeFrom(outbox, lastEventId);
  let sent = resumed ?? outbox.revision;
  let isBlocked = false;

  const write = (text: string) => {
    isBlocked = !response.write(text);
  };
  const pump = () => {
    if (isBlocked || response.writableEnded || response.destroyed) return;
    const changes = outbox.changesSince(sent, BATCH);
    if (!changes) {
      response.end(); // the client reconnects and learns that it has missed something
      return;
    }
    const last = changes.at(-1);
    if (!last) return;
    sent = last.revision;
    write(writeChanges(outbox, changes));
    if (changes.length === BATCH && !isBlocked) setImmediate(pump);
  };
  const heartbeat = setInterval(() => {
    if (isBlocked) response.destroy();
    else write(': heartbeat\n\n');
  }, HEARTBEAT_MILLISECONDS);
  const unsubscribe = outbox.subscribe(pump);
  outbox.streams.add(response);
  response.on('drain', () => {
    isBlocked = false;
    pump();
  });
  response.once('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
    outbox.streams.delete(response);
  });
  const isComplete = resumed !== undefined; // at first, a client may have read the list too early
  write(`retry: 1000\n${writeEvent(outbox, sent, 'hello', { mailbox, isComplete })}`);
  pump();
}

/** Returns the revision of the last event; undefined if the changes since then are not known. */
function resumeFrom(outbox: Outbox, lastEventId: string | undefined): number | undefined {
  const [, epoch, digits] = /^(\w+)-(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
  const revision = Number(digits);
  return epoch === outbox.epoch && outbox.changesSince(revision, 1) ? revision : undefined;
}

function writeChanges(outbox: Outbox, changes: readonly Change[]): string {
  let text = '';
  let removed: StreamEvents['removed']['items'] = [];
  changes.forEach((change, index) => {
    if (change.type !== 'removed') {
      text += writeChange(outbox, change);
      return;
    }
    removed.push({ channel: change.channel, id: change.id });
    if (changes[index + 1]?.type === 'removed') return;
    text += writeEvent(outbox, change.revision, 'removed', { items: removed });
    removed = [];
  });
  return text;
}

function writeChange(outbox: Outbox, change: Exclude<Change, { readonly type: 'removed' }>): string {
  if (change.type === 'changed') return writeEvent(outbox, change.revision, 'changed', change.data);
  if (change.type === 'reset') return writeEvent(outbox, change.revision, 'reset', {});
  const summary = outbox.summary(change.entry);
  return summary ? writeEvent(outbox, change.revision, 'item', summary) : '';
}

function writeEvent<Name extends keyof StreamEvents>(
  { epoch }: Outbox,
  revision: number,
  name: Name,
  data: StreamEvents[Name],
): string {
  return `id: ${epoch}-${revision}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

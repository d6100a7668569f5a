// `npm run batch -- recipients.csv --from … --message …`: submits a file of recipients and shows its progress to the end.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type SmsBatch, smsBatch } from '../../shared/contract/smsBatch.ts';
import { inOptions } from './client/batchOptions.ts';
import { type Connection, findConnection } from './client/connection.ts';
import { findingsText, handledOf, type Look, progressLine, summaryText } from './client/progress.ts';
import { signedFetch } from './client/signedfetch.ts';

const HELP = `npm run batch -- <recipients.csv> --from <sender> --message <text> [options]

Sends one message to every number in a CSV file: those in the column 'to' or, without a header, in the first column.
The other columns fill the message's {{placeholders}}. Shows progress until the batch is completed; Ctrl-C stops the
display, not the batch.

  --from <sender>             phone number, short code or sender ID
  --message <text>            e.g. 'Hello {{name}}'
  --dry-run                   check and count, send nothing
  --send-at <time>            e.g. 2026-12-01T09:00:00Z
  --charset <name>            of the file, e.g. windows-1252  (default: UTF-8, or UTF-16 by its byte order mark)
  --default-country <code>    of numbers without a country code, e.g. US
  --key <text>                Idempotency-Key; the same file with the same key is sent once (default: a new one, printed)
  --watch <batch id>          submit nothing, show a batch that was submitted before
  --connection <string>       endpoint=…;accesskey=…  (default: as for npm run call)
  --help                      this text

Exit code: 0 when ACS accepted every recipient, 1 when not (failed, in doubt, opted out or canceled), 2 on an error.
Rows that were left out as invalid or duplicates do not count. A dry run exits with 0 or 2.
`;

const LOOK_EVERY_MILLISECONDS = 500;

/** The rate is that of the last looks. */
const LOOKS_FOR_RATE = 20;

let lastLine = '';

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});

function readCommandLine() {
  return parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      message: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'send-at': { type: 'string' },
      charset: { type: 'string' },
      'default-country': { type: 'string' },
      key: { type: 'string' },
      watch: { type: 'string' },
      connection: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}

type Options = ReturnType<typeof readCommandLine>['values'];

/** @returns 0 when every recipient was accepted, 1 when not, 2 when nothing could be done */
async function main(): Promise<number> {
  const { values, positionals } = readCommandLine();
  const [file] = positionals;
  const isComplete = values.watch !== undefined || (file && values.from && values.message);
  if (values.help || !isComplete) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const connection = findConnection(values.connection);
  if (values.watch !== undefined) return watch(connection, await getBatch(connection, values.watch));
  const batch = await submit(connection, readRecipients(file ?? ''), values);
  for (const line of findingsText(batch)) console.log(line);
  if (batch.id !== undefined) return watch(connection, batch);
  console.log(summaryText({ ...batch, state: 'dry run, nothing was sent' }));
  return 0;
}

function readRecipients(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`Cannot read '${file}': ${error instanceof Error && 'code' in error ? error.code : String(error)}`);
  }
}

function queryOf(options: Options): URLSearchParams {
  const query = {
    from: options.from,
    message: options.message,
    sendAt: options['send-at'],
    defaultCountry: options['default-country'],
    dryRun: options['dry-run'] ? 'true' : undefined,
  };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given);
}

async function submit(connection: Connection, file: Buffer, options: Options) {
  const key = options.key ?? randomUUID();
  const contentType = options.charset === undefined ? 'text/csv' : `text/csv; charset=${options.charset}`;
  const headers = { 'content-type': contentType, 'idempotency-key': key };
  const body = new Uint8Array(file);
  const response = await signedFetch(connection, {
    method: 'POST',
    target: `/sms/batches?${queryOf(options)}`,
    headers,
    body,
  });
  const batch = await readBatch(response);
  console.log(batch.id === undefined ? 'Checked.' : `Batch ${batch.id} accepted (Idempotency-Key ${key}).`);
  return batch;
}

async function getBatch(connection: Connection, id: string): Promise<SmsBatch> {
  return readBatch(await signedFetch(connection, { method: 'GET', target: `/sms/batches/${encodeURIComponent(id)}` }));
}

/** @throws Error with Switchboard's message when it refused, in terms of this command's options */
async function readBatch(response: Response): Promise<SmsBatch> {
  const body: unknown = await response.json();
  if (response.ok) return smsBatch.parse(body);
  const { error } = body as { error?: { code?: string; message?: string } };
  throw new Error(`${response.status} ${error?.code}: ${inOptions(error?.message ?? '')}`);
}

async function watch(connection: Connection, first: SmsBatch): Promise<number> {
  let batch = first;
  let looks: Look[] = [];
  for (;;) {
    looks = [...looks, { time: Date.now(), handled: handledOf(batch) }].slice(-LOOKS_FOR_RATE);
    showLine(progressLine(batch, looks));
    if (!['scheduled', 'running'].includes(batch.state)) break;
    await delay(LOOK_EVERY_MILLISECONDS);
    batch = await getBatch(connection, batch.id ?? '');
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
  console.log(summaryText(batch));
  return batch.counts.accepted === batch.counts.total ? 0 : 1;
}

/** On a terminal the line is drawn over; elsewhere each change is a line of its own. */
function showLine(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
  else if (line !== lastLine) console.log(line);
  lastLine = line;
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type SmsBatch, smsBatch } from '../../../shared/contract/smsBatch.ts';
import { commandText } from '../../toolchain/installation.ts';
import { type Connection, findConnection } from './connection.ts';
import {
  findingsText,
  handledOf,
  inOptions,
  type Look,
  missingReportsText,
  progressLine,
  summaryText,
} from './progress.ts';
import { callSwitchboard } from './signedFetch.ts';

const POLL_MILLISECONDS = 500;

/** The rate is computed from the last looks. */
const LOOKS_FOR_RATE = 20;

/** As a shell reports it: 128 + SIGINT. */
const INTERRUPTED_EXIT_CODE = 130;

export interface BatchOptions {
  readonly from?: string | undefined;
  readonly message?: string | undefined;
  readonly 'dry-run': boolean;
  readonly 'send-at'?: string | undefined;
  readonly charset?: string | undefined;
  readonly 'default-country'?: string | undefined;
  readonly key?: string | undefined;
  readonly watch?: string | undefined;
  readonly connection?: string | undefined;
}

/**
 * Submits the batch in `file`, or finds the one of `options.watch`, and shows its progress.
 *
 * @returns the exit code: 0 if every recipient was accepted, else 1
 * @throws Error with a message for the user
 */
export async function runBatch(file: string, options: BatchOptions): Promise<number> {
  const connection = findConnection(options.connection);
  const connectionOption = options.connection === undefined ? '' : ` --connection '${options.connection}'`;
  const onInterrupt = adviseOnInterrupt();
  const batch =
    options.watch === undefined
      ? await submit(connection, readRecipients(file), options, onInterrupt)
      : await getBatch(connection, options.watch);
  if (batch.id !== undefined) return watch(connection, batch, connectionOption, onInterrupt);
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

function queryOf(options: BatchOptions): URLSearchParams {
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

async function submit(
  connection: Connection,
  file: Buffer,
  options: BatchOptions,
  onInterrupt: Interrupt,
): Promise<SmsBatch> {
  const key = options.key ?? randomUUID();
  const contentType = options.charset === undefined ? 'text/csv' : `text/csv; charset=${options.charset}`;
  onInterrupt.advise(
    () => `The batch may have been accepted. Repeat the command with --key ${key}: nothing is sent twice.`,
  );
  const response = await callSwitchboard(connection, {
    method: 'POST',
    target: `/sms/batches?${queryOf(options)}`,
    headers: { 'content-type': contentType, 'idempotency-key': key },
    body: new Uint8Array(file),
  });
  const batch = await readBatch(response);
  console.log(batch.id === undefined ? 'Checked.' : `Batch ${batch.id} accepted (Idempotency-Key ${key}).`);
  for (const line of findingsText(batch)) console.log(line);
  return batch;
}

async function getBatch(connection: Connection, id: string): Promise<SmsBatch> {
  return readBatch(
    await callSwitchboard(connection, { method: 'GET', target: `/sms/batches/${encodeURIComponent(id)}` }),
  );
}

/** @throws Error with Switchboard's error message, in terms of this command's options */
async function readBatch(response: Response): Promise<SmsBatch> {
  const body: unknown = await response.json();
  if (response.ok) return smsBatch.parse(body);
  const { error } = body as { error?: { code?: string; message?: string } };
  throw new Error(`${response.status} ${error?.code}: ${inOptions(error?.message ?? '')}`);
}

/** @returns 0 if every recipient was accepted, else 1 */
async function watch(
  connection: Connection,
  first: SmsBatch,
  connectionOption: string,
  onInterrupt: Interrupt,
): Promise<number> {
  const resume = commandText('batch', `--watch ${first.id}${connectionOption}`);
  const stop = commandText('call', `POST /sms/batches/${first.id}:cancel${connectionOption}`);
  let latest = first;
  onInterrupt.advise(
    () => `Batch ${first.id} is still ${latest.state}; resume with\n  ${resume}\nstop with\n  ${stop}`,
  );
  const batch = await showProgress(connection, first, (looked) => {
    latest = looked;
  });
  console.log(summaryText(batch));
  const missing = missingReportsText(batch);
  if (missing) console.log(`${missing} To see the counts later:\n  ${resume}`);
  return batch.counts.accepted === batch.counts.total ? 0 : 1;
}

/** Polls a batch and shows a line of progress until it is over. */
async function showProgress(connection: Connection, first: SmsBatch, onLook: (batch: SmsBatch) => void) {
  let batch = first;
  let looks: Look[] = [];
  let lastLine = '';
  for (;;) {
    onLook(batch);
    looks = [...looks, { time: Date.now(), handled: handledOf(batch) }].slice(-LOOKS_FOR_RATE);
    const line = progressLine(batch, looks);
    // On a terminal, each line replaces the one before it.
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
    else if (line !== lastLine) console.log(line);
    lastLine = line;
    if (!['scheduled', 'running'].includes(batch.state)) break;
    await delay(POLL_MILLISECONDS);
    batch = await getBatch(connection, batch.id ?? '');
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
  return batch;
}

interface Interrupt {
  /** Sets what the user can do if the display stops now. */
  advise(advice: () => string): void;
}

/** On Ctrl-C, prints what the user can do and exits. */
function adviseOnInterrupt(): Interrupt {
  let current = () => 'Nothing was submitted.';
  process.once('SIGINT', () => {
    console.log(`\n${current()}`);
    process.exit(INTERRUPTED_EXIT_CODE);
  });
  return {
    advise: (advice) => {
      current = advice;
    },
  };
}

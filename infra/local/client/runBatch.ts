import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SwitchboardClient } from '../../../shared/client/client.ts';
import { isSwitchboardError, type SwitchboardError } from '../../../shared/client/errors.ts';
import type { BatchesClient, BatchRequest } from '../../../shared/client/groups/batches.ts';
import type { SmsBatch } from '../../../shared/client/types.ts';
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
import { startHint } from './signedFetch.ts';

const POLL_SECONDS = 0.5;

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
  const { batches } = new SwitchboardClient(connection);
  const connectionOption = options.connection === undefined ? '' : ` --connection '${options.connection}'`;
  const onInterrupt = adviseOnInterrupt();
  try {
    if (options['dry-run'] && options.watch === undefined) return await dryRun(batches, file, options);
    const id = options.watch ?? (await submit(batches, file, options, onInterrupt));
    return await watch(batches, id, connectionOption, onInterrupt);
  } catch (error) {
    throw isSwitchboardError(error) ? new Error(explained(error, connection), { cause: error }) : error;
  }
}

/** Switchboard's error message, in terms of this command's options. */
function explained({ status, code, message }: SwitchboardError, { endpoint }: Connection): string {
  return status === undefined ? `${message}${startHint(endpoint)}` : `${status} ${code}: ${inOptions(message)}`;
}

function readRecipients(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`Cannot read '${file}': ${error instanceof Error && 'code' in error ? error.code : String(error)}`);
  }
}

function requestOf(file: string, options: BatchOptions): BatchRequest {
  const { from = '', message = '', charset, 'send-at': sendAt, 'default-country': defaultCountry } = options;
  return { from, message, charset, sendAt, defaultCountry, csv: readRecipients(file) };
}

async function dryRun(batches: BatchesClient, file: string, options: BatchOptions): Promise<number> {
  const batch = await batches.dryRun(requestOf(file, options));
  console.log('Checked.');
  for (const line of findingsText(batch)) console.log(line);
  console.log(summaryText({ ...batch, state: 'dry run, nothing was sent' }));
  return 0;
}

/** @returns the batch's id */
async function submit(
  batches: BatchesClient,
  file: string,
  options: BatchOptions,
  onInterrupt: Interrupt,
): Promise<string> {
  const key = options.key ?? randomUUID();
  const request = requestOf(file, options);
  onInterrupt.advise(
    () => `The batch may have been accepted. Repeat the command with --key ${key}: nothing is sent twice.`,
  );
  const batch = await batches.submit(request, { idempotencyKey: key });
  console.log(`Batch ${batch.id} accepted (Idempotency-Key ${key}).`);
  for (const line of findingsText(batch)) console.log(line);
  return batch.id;
}

/** @returns 0 if every recipient was accepted, else 1 */
async function watch(
  batches: BatchesClient,
  id: string,
  connectionOption: string,
  onInterrupt: Interrupt,
): Promise<number> {
  const resume = commandText('batch', `--watch ${id}${connectionOption}`);
  const stop = commandText('call', `POST /sms/batches/${id}:cancel${connectionOption}`);
  let state = 'running';
  onInterrupt.advise(() => `Batch ${id} is still ${state}; resume with\n  ${resume}\nstop with\n  ${stop}`);
  const showProgress = progressDisplay();
  const batch = await batches.wait(id, {
    pollIntervalSeconds: POLL_SECONDS,
    onProgress: (looked) => {
      state = looked.state;
      showProgress(looked);
    },
  });
  if (process.stdout.isTTY) process.stdout.write('\n');
  console.log(summaryText(batch));
  const missing = missingReportsText(batch);
  if (missing) console.log(`${missing} To see the counts later:\n  ${resume}`);
  return batch.counts.accepted === batch.counts.total ? 0 : 1;
}

/** Shows a line of progress for each look at a batch. */
function progressDisplay(): (batch: SmsBatch) => void {
  let looks: readonly Look[] = [];
  let lastLine = '';
  return (batch) => {
    looks = [...looks, { time: Date.now(), handled: handledOf(batch) }].slice(-LOOKS_FOR_RATE);
    const line = progressLine(batch, looks);
    // On a terminal, each line replaces the one before it.
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
    else if (line !== lastLine) console.log(line);
    lastLine = line;
  };
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

// `npm run batch`: submits a file of SMS recipients and shows its progress until the batch is completed.
import { runCommand } from '../toolchain/command.ts';
import { commandText } from '../toolchain/installation.ts';

const DETAILS = `Sends one message to every number in a CSV file: those in the column 'to' or, without a header, in the first column.
The other columns fill the message's {{placeholders}}. Shows progress until the batch is completed; Ctrl-C stops the
display, not the batch.`;

const EXIT_CODES = `Exit code: 0 if ACS accepted every recipient, 1 if not (failed, in doubt, opted out or canceled), 2 after an error.
Rows that were left out as invalid or duplicates do not count. A dry run exits with 0 or 2.`;

process.exitCode = await runCommand({
  name: 'batch',
  usage: ['<recipients.csv> --from <sender> --message <text> [options]', '--watch <batch id> [options]'],
  details: DETAILS,
  parameters: {},
  options: {
    from: { type: 'string', value: '<sender>', description: 'phone number, short code or sender ID' },
    message: { type: 'string', value: '<text>', description: "e.g. 'Hello {{name}}'" },
    'dry-run': { type: 'boolean', default: false, description: 'check and count, send nothing' },
    'send-at': { type: 'string', value: '<time>', description: 'e.g. 2026-12-01T09:00:00Z' },
    charset: {
      type: 'string',
      value: '<name>',
      description: 'of the file, e.g. windows-1252 (default: UTF-8, or UTF-16 with a byte order mark)',
    },
    'default-country': {
      type: 'string',
      value: '<code>',
      description: 'of numbers without a country code, e.g. US',
    },
    key: {
      type: 'string',
      value: '<key>',
      description: 'Idempotency-Key; the same file with the same key is sent once (default: a new one, printed)',
    },
    watch: {
      type: 'string',
      value: '<batch id>',
      description: 'submit nothing, show a batch that was submitted before',
    },
    connection: {
      type: 'string',
      value: '<string>',
      description: `endpoint=…;accesskey=… (default: as for ${commandText('call')})`,
    },
  },
  notes: EXIT_CODES,
  errorExitCode: 2,
  async run({ values, positionals: [file] }) {
    const isComplete = values.watch !== undefined || (file && values.from && values.message);
    if (!isComplete) return 'incomplete';
    const { runBatch } = await import('./client/runBatch.ts');
    return runBatch(file ?? '', values);
  },
});

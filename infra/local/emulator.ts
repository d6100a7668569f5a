// `npm run emulator`: the ACS emulator alone. `npm start` runs it as a child process.
import { runCommand } from '../toolchain/command.ts';

process.exitCode = await runCommand({
  name: 'emulator',
  usage: ['[options]'],
  details: 'Accepts the keys and tokens of ACS. Nothing leaves this machine. Ctrl-C stops it.',
  options: {
    port: { type: 'string', default: '8787', value: '<n>', description: 'http; 0 takes any free port (default: 8787)' },
    'tls-port': { type: 'string', default: '8788', value: '<n>', description: 'https, likewise (default: 8788)' },
    cert: { type: 'string', value: '<file>', description: 'PEM file for https (default: a new one, in .local/)' },
    key: { type: 'string', value: '<file>', description: 'PEM file with its private key' },
    'access-key': {
      type: 'string',
      multiple: true,
      value: '<base64>',
      description: 'once: primary; twice: primary and secondary (default: a fixed key that is not secret)',
    },
    'allowed-host': {
      type: 'string',
      multiple: true,
      value: '<name>',
      description:
        'host name of a container or tunnel under which it can be called; localhost, 127.0.0.1 and [::1] always work. Repeatable',
    },
    sender: {
      type: 'string',
      multiple: true,
      value: '<sender>',
      description: 'an SMS sender that the resource owns; repeatable (default: every well-formed sender)',
    },
    'data-dir': {
      type: 'string',
      value: '<folder>',
      description: 'keeps the state between starts (default: in memory)',
    },
    'keep-items': {
      type: 'string',
      value: '<n>',
      description: 'newest items that are kept of each channel (default: 10000)',
    },
    'email-settle-seconds': {
      type: 'string',
      value: '<n>',
      description: 'time from accepting an email message to Succeeded (default: 3)',
    },
    'events-storage': {
      type: 'string',
      value: '<string>',
      description:
        'connection string of the storage account whose queue acs-events receives the events (default: no events)',
    },
    'event-delay-seconds': {
      type: 'string',
      value: '<n>',
      description: 'time from a change to its event (default: 0.2)',
    },
    json: {
      type: 'boolean',
      default: false,
      description: 'print one line of JSON when ready (for scripts); the log is written to the standard error',
    },
    quiet: { type: 'boolean', default: false, description: 'print only the log' },
  },
  async run({ values }) {
    const { runEmulator } = await import('./emulator/runEmulator.ts');
    return runEmulator(values);
  },
});

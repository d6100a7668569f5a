// `npm run doctor` checks a Switchboard; `npm run doctor -- sign` checks a signature.
import { runCommand } from '../toolchain/command.ts';
import { commandText } from '../toolchain/installation.ts';

const NOTES = `'sign' compares a rejected signature with the correct one, line by line. The file contains the request as it was sent:
request line, headers, an empty line, the body; or the output of 'curl -v'; or JSON (HAR).

Exit code: 0 if nothing is wrong, 1 if something is, 2 if nothing could be checked.`;

process.exitCode = await runCommand({
  name: 'doctor',
  usage: ['[options]', 'sign <request file> [options]'],
  details: 'Changes nothing, sends nothing, shows no secrets.',
  parameters: {},
  options: {
    settings: {
      type: 'string',
      value: '<file>',
      description: `the app settings: local.settings.json, the output of 'az functionapp config appsettings list', or lines NAME=value (default: local.settings.json, overridden by the environment, with the addresses of the running ${commandText('start')})`,
    },
    url: {
      type: 'string',
      value: '<url>',
      description: `also check whether the Switchboard at this address is ready (default: the running ${commandText('start')})`,
    },
    connection: {
      type: 'string',
      value: '<string>',
      description:
        'endpoint=…;accesskey=… of one of its clients (default: the first client in the settings); with sign, of the client that should have signed',
    },
    client: {
      type: 'string',
      value: '<name>',
      description: 'with sign: the client in CLIENTS whose key should have signed (default: any client)',
    },
    body: {
      type: 'string',
      value: '<file>',
      description: 'with sign: the body, if the request file does not contain it',
    },
    json: { type: 'boolean', default: false, description: 'print the findings as JSON' },
  },
  notes: NOTES,
  errorExitCode: 2,
  async run({ values, positionals: [command, file] }) {
    if (command === undefined) {
      const { runExamination } = await import('./doctor/runExamination.ts');
      return runExamination(values);
    }
    if (command !== 'sign') throw new Error(`Unknown command '${command}'; see ${commandText('doctor', '--help')}.`);
    if (file === undefined)
      throw new Error(`The request file is missing: ${commandText('doctor', 'sign <request file>')}`);
    const { runSign } = await import('./signature/runSign.ts');
    return runSign(file, values, process.env);
  },
});

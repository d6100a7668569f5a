// `npm run infra:check`: checks that the templates compile without a finding, are formatted, and deploy what was reviewed.
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  name: 'infra:check',
  usage: ['[options]'],
  details: 'Uses the Bicep CLI on PATH, or downloads it if the .NET SDK is installed.',
  options: {
    strict: { type: 'boolean', default: false, description: 'also fail if an API version has become old' },
    update: { type: 'boolean', default: false, description: 'write the snapshots again, for review' },
  },
  async run({ values }) {
    const { checkTemplates } = await import('./templates.ts');
    checkTemplates({ isStrict: values.strict, isUpdate: values.update });
    return 0;
  },
});

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { azdVariables } from '../../infra/toolchain/bicep.ts';

const azureYaml = z
  .object({ pipeline: z.object({ variables: z.array(z.string()), secrets: z.array(z.string()) }) })
  .parse(parse(readFileSync('azure.yaml', 'utf8')));

const workflow = readFileSync('.github/workflows/azure-dev.yml', 'utf8');

/** Those that azd itself gives to a pipeline. @see https://learn.microsoft.com/azure/developer/azure-developer-cli/pipeline-advanced-features */
const GIVEN = ['AZURE_ENV_NAME', 'AZURE_LOCATION'];

test('a deployment from CI has every azd variable, since a missing one would reset its app setting', () => {
  const { variables, secrets } = azureYaml.pipeline;
  const wanted = azdVariables().filter((it) => !GIVEN.includes(it));
  expect(new Set([...variables, ...secrets])).toEqual(new Set(wanted));
});

test('variables with secrets are secrets of the repository, which the workflow names one by one', () => {
  expect(azureYaml.pipeline.secrets).toEqual(['CLIENTS', 'OTEL_EXPORTER_OTLP_HEADERS']);
  for (const name of azureYaml.pipeline.secrets) expect(workflow).toContain(`${name}: \${{ secrets.${name} }}`);
});

const job = z.object({
  needs: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })),
});

describe('the release', () => {
  const release = z
    .object({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), job) })
    .parse(parse(readFileSync('.github/workflows/release.yml', 'utf8')));
  const commandsOf = (name: string) => release.jobs[name]?.steps.map(({ run = '' }) => run).join('\n') ?? '';

  test('publishes with provenance what was tested and packed before, and has no token of npm', () => {
    expect(commandsOf('pack')).toMatch(/\.ci\/run\n[\s\S]*npm pack/);
    expect(release.jobs['publish']?.needs).toBe('pack');
    expect(commandsOf('publish')).toContain('npm publish ./*.tgz --provenance');
    expect(readFileSync('.github/workflows/release.yml', 'utf8')).not.toMatch(/secrets\.|_authToken|NODE_AUTH_TOKEN/);
  });

  test('attaches the SBOM that the package was built with', () => {
    expect(commandsOf('pack')).toContain('cp dist/sbom.cdx.json .');
    expect(release.jobs['attach']?.needs).toBe('publish');
    expect(commandsOf('attach')).toMatch(/^gh release upload .* sbom\.cdx\.json/m);
  });

  test('each job has only the permission that it needs, and code of the repository has none', () => {
    expect(release.permissions).toEqual({ contents: 'read' });
    expect(Object.entries(release.jobs).map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['pack', undefined],
      ['publish', { 'id-token': 'write' }],
      ['attach', { contents: 'write' }],
    ]);
    const checkouts = Object.entries(release.jobs).filter(([, { steps }]) =>
      steps.some(({ uses = '' }) => uses.startsWith('actions/checkout@')),
    );
    expect(checkouts.map(([name]) => name)).toEqual(['pack']);
  });
});

test('every workflow uses released versions of actions', () => {
  const workflows = globSync('.github/workflows/*.yml').map((file) => readFileSync(file, 'utf8'));
  const used = workflows.flatMap((text) => [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action));
  expect(used.length).toBeGreaterThan(8);
  expect(used.filter((it) => !/^[\w-]+\/[\w-]+@(?:v\d+(?:\.\d+)*|[0-9a-f]{40})$/.test(it))).toEqual([]);
});

test('the workflow stores no password: Azure accepts GitHub’s own token', () => {
  expect(workflow).toContain('--federated-credential-provider github');
  expect(parse(workflow)).toMatchObject({ permissions: { 'id-token': 'write', contents: 'read' } });
});

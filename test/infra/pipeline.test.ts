import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test('the workflow stores no password: Azure accepts GitHub’s own token', () => {
  expect(workflow).toContain('--federated-credential-provider github');
  expect(parse(workflow)).toMatchObject({ permissions: { 'id-token': 'write', contents: 'read' } });
});

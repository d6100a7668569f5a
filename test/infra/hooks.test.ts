import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { facts, variableOf } from './azure.ts';

const { resourceProvider } = facts('flexConsumption', z.object({ resourceProvider: z.string() }));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchboard-hooks-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Puts an Azure CLI on PATH that notes its arguments and answers `show` and `register` as told. */
function installAz({ show, register = 'exit 0' }: { readonly show: string; readonly register?: string }): void {
  const script = `#!/bin/sh\necho "$@" >> ${directory}/calls\ncase "$2" in show) ${show};; *) ${register};; esac\n`;
  writeFileSync(join(directory, 'az'), script);
  chmodSync(join(directory, 'az'), 0o755);
}

const calls = () => {
  const file = join(directory, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

function run(hook: 'preprovision' | 'predown', variables: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`infra/azd/${hook}.ts`], {
    encoding: 'utf8',
    env: { PATH: directory, AZURE_SUBSCRIPTION_ID: '0000', ...variables },
  });
  return { status, text: stdout + stderr };
}

const hook = z.object({ shell: z.string(), run: z.string() });
const project = z.object({ hooks: z.record(z.string(), z.object({ posix: hook, windows: hook })) });

test('azd runs both hooks, on every system, from files that exist', () => {
  const { hooks } = project.parse(parse(readFileSync('azure.yaml', 'utf8')));
  expect(Object.keys(hooks)).toEqual(['preprovision', 'predown']);
  for (const [name, { posix, windows }] of Object.entries(hooks)) {
    expect(windows.run).toBe(posix.run);
    const files = posix.run.split(' ').slice(1);
    expect(files.at(-1)).toBe(`infra/azd/${name}.ts`);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  }
});

describe.skipIf(process.platform === 'win32')('before azd provisions', () => {
  const PRIVATE = { PRIVATE_NETWORK: ' True ' };

  test('nothing is asked without a private network', () => {
    installAz({ show: 'exit 1' });
    for (const variables of [{}, { PRIVATE_NETWORK: 'false' }, { PRIVATE_NETWORK: '' }]) {
      expect(run('preprovision', variables)).toEqual({ status: 0, text: '' });
    }
    expect(calls()).toEqual([]);
  });

  test('a registered provider is left alone', () => {
    installAz({ show: 'echo Registered' });
    expect(run('preprovision', PRIVATE)).toEqual({ status: 0, text: '' });
    expect(calls()).toEqual([expect.stringMatching(/^provider show .*--subscription 0000$/)]);
  });

  test('the provider of the subnet is registered, and waited for', () => {
    installAz({ show: 'echo NotRegistered' });
    expect(run('preprovision', PRIVATE).status).toBe(0);
    expect(calls().at(-1)).toBe(`provider register --wait --namespace ${resourceProvider} --subscription 0000`);
  });

  test('a registration that is refused ends the deployment, with the reason', () => {
    installAz({ show: 'echo NotRegistered', register: 'echo AuthorizationFailed >&2; exit 1' });
    expect(run('preprovision', PRIVATE)).toEqual({ status: 1, text: expect.stringContaining('AuthorizationFailed') });
  });

  test('without a usable Azure CLI the deployment goes on, with a word on what may be missing', () => {
    const advice = `az provider register --namespace ${resourceProvider} --wait`;
    expect(run('preprovision', PRIVATE)).toEqual({ status: 0, text: expect.stringContaining('not installed') });
    installAz({ show: "echo 'Please run az login' >&2; exit 1" });
    const { status, text } = run('preprovision', PRIVATE);
    expect(status).toBe(0);
    expect(text).toContain('Please run az login');
    expect(text).toContain(advice);
  });
});

describe('before azd down', () => {
  test('nothing is said when everything was created by azd', () => {
    expect(run('predown', { ACS_RESOURCE_ID: '', ACS_EVENT_TOPIC_ID: ' ' })).toEqual({ status: 0, text: '' });
  });

  test.each(['ACS_RESOURCE_ID', 'ACS_EVENT_TOPIC_ID'])('it is refused with %s, whose group it would delete', (name) => {
    const id = variableOf('existingAcsAndTopic', name) ?? '';
    const { status, text } = run('predown', { [name]: id, AZURE_RESOURCE_GROUP: 'rg-test' });
    expect(status).toBe(1);
    expect(text).toContain(id);
    expect(text).toContain('az group delete --name rg-test');
  });
});

import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { blocksOf } from '../setup/codeBlocks.ts';

// The documentation's commands for Azure cannot run here: their syntax and options are compared with the public references.

const facts = z
  .object({
    global: z.record(z.string(), z.array(z.string())),
    commands: z.record(z.string(), z.object({ link: z.url(), options: z.array(z.string()) })),
  })
  .parse(JSON.parse(readFileSync('test/infra/data/commandLines.json', 'utf8')));

const blocks = globSync(['*.md', '{functions,shared,infra,test}/**/*.md'])
  .flatMap((file) => blocksOf(file))
  .filter(({ isForAzure }) => isForAzure)
  .map((block) => ({ ...block, name: `${block.file}:${block.line}` }));

/** The calls of `az` and `azd` in a shell script. */
const callsIn = (code: string) =>
  code
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split(/\n|&&|\||\$\(|\)|\s#/)
    .map((it) => it.trim())
    .filter((it) => /^azd? /.test(it));

/** The longest command of the references that a call begins with. */
const commandOf = (call: string) =>
  Object.keys(facts.commands)
    .filter((it) => `${call} `.startsWith(`${it} `))
    .toSorted((one, other) => other.length - one.length)[0];

test('the commands are found', () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(callsIn('x=$(azd env get-value A) && az group delete \\\n  --name a | cat')).toEqual([
    'azd env get-value A',
    'az group delete --name a',
  ]);
});

describe.each(blocks)('$name', ({ code }) => {
  test('is a valid shell script', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('uses commands and options of the references', () => {
    for (const call of callsIn(code)) {
      const command = commandOf(call);
      expect(command, call).toBeDefined();
      const options = [...call.matchAll(/ (--[\w-]+)/g)].map(([, option = '']) => option);
      const known = new Set([
        ...(facts.commands[command ?? '']?.options ?? []),
        ...(facts.global[call.split(' ')[0] ?? ''] ?? []),
      ]);
      expect(
        options.filter((it) => !known.has(it)),
        call,
      ).toEqual([]);
    }
  });
});

test('the references list no command that the documentation does not show', () => {
  const shown = new Set(blocks.flatMap(({ code }) => callsIn(code).map(commandOf)));
  expect(Object.keys(facts.commands).filter((it) => !shown.has(it))).toEqual([]);
});

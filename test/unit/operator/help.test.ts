import { expect, test } from 'vitest';
import { runProgram } from '../../setup/processes.ts';

test.each(['doctor', 'operator', 'drill'])('%s --help prints its help and does nothing else', async (command) => {
  const { code, output, log } = await runProgram(`infra/operator/${command}.ts`, ['--help']);
  expect({ code, log }).toEqual({ code: 0, log: '' });
  expect(output).toMatch(new RegExp(`^npm run ${command}\\b`));
  expect(output).toContain('Exit code: 0');
});

test('drill rejects unknown options', async () => {
  const { code, output, log } = await runProgram('infra/operator/drill.ts', ['--calls', '5']);
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(log).toContain("Unknown option '--calls'");
});

// `npm run start:func`: as `npm start`, with the functions in the host of Azure Functions Core Tools.
import { spawnSync } from 'node:child_process';
import { coreTools } from './start/children.ts';
import { runStart } from './start/run.ts';

if (spawnSync('func', ['--version']).status !== 0) {
  console.error(
    "Azure Functions Core Tools (the command 'func', version 4) are not installed. `npm start` does without them.",
  );
  process.exit(1);
}
const exitCode = await runStart(process.argv.slice(2), coreTools).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
process.exit(exitCode);

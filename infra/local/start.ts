// `npm start`: Azurite, the ACS emulator and the functions host, as one process tree.
import { localHost } from './start/children.ts';
import { runStart } from './start/run.ts';

const exitCode = await runStart(process.argv.slice(2), localHost).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
process.exit(exitCode);

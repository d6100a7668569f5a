/**
 * One measured start: imports the files named as arguments, one after the other as the Functions worker does. Then, what the
 * start has begun in the background is awaited.
 */
import { pathToFileURL } from 'node:url';
import { answerCoreRequire, Core } from '../../../infra/local/functions-host/core.ts';

const core = new Core((_level, message) => console.error(message));
answerCoreRequire(core.api);
const files = process.argv.slice(2).map((file) => pathToFileURL(file).href);

const startedAt = performance.now();
for (const file of files) await import(file);
const milliseconds = performance.now() - startedAt;
await core.runAppHooks('appStart', '.');
await core.runAppHooks('appTerminate', '.');
const readyMilliseconds = performance.now() - startedAt;

console.log(JSON.stringify({ milliseconds, readyMilliseconds, functions: core.functions.size }));

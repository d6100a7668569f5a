/** One measured start: imports the files named as arguments, one after the other as the Functions worker does. */
import { pathToFileURL } from 'node:url';
import { answerCoreRequire, Core } from '../../../infra/local/functions-host/core.ts';

const core = new Core((_level, message) => console.error(message));
answerCoreRequire(core.api);
const files = process.argv.slice(2).map((file) => pathToFileURL(file).href);

const startedAt = performance.now();
for (const file of files) await import(file);
const milliseconds = performance.now() - startedAt;

console.log(JSON.stringify({ milliseconds, functions: core.functions.size }));

/** Loads a built app as the host does, up to its start, and prints as JSON which of its files that has loaded. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { answerCoreRequire, Core } from '../../infra/local/functions-host/core.ts';

const [entry = ''] = process.argv.slice(2);
const loaded: string[] = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});
const core = new Core((_level, message) => console.error(message));
answerCoreRequire(core.api);
await import(pathToFileURL(entry).href);
await core.runAppHooks('appStart', '.');
await core.runAppHooks('appTerminate', '.'); // waits for what the start has begun
console.log(JSON.stringify(loaded));

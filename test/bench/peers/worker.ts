// A worker process of one queue library: `node worker.js <module> <server> <queue> <concurrency>`.
import { pathToFileURL } from 'node:url';
import { createSend } from './provider.ts';
import type { OpenQueue } from './work.ts';

const [module = '', server = '', name = '', concurrency] = process.argv.slice(2);
process.once('disconnect', () => process.exit(1)); // the bench has ended
const { open } = (await import(pathToFileURL(module).href)) as { readonly open: OpenQueue };
const queue = await open(server, name);
await queue.work(createSend(process.env['ACS_CONNECTION_STRING'] ?? ''), Number(concurrency));
process.send?.({ ready: {} });

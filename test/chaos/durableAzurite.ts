// Azurite for chaos tests: what it has acknowledged survives its death, as with Azure Storage. Azurite itself saves its
// metadata every 5 seconds. On SIGUSR2 this process saves them and dies at once, without answering any request in progress.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as z from 'zod';

interface Database {
  readonly filename: string;
  serialize(): string;
}

const require = createRequire(import.meta.url);
const azurite = require.resolve('azurite/package.json');
const prototype = z
  .custom<{
    readonly prototype: Record<'saveDatabase' | 'autosaveEnable', (this: Database, ...args: unknown[]) => void>;
  }>()
  .parse(createRequire(azurite)('lokijs')).prototype;

/** Each is saved once when it is opened. */
const databases = new Set<Database>();
const { saveDatabase } = prototype;
prototype.saveDatabase = function (...args) {
  databases.add(this);
  saveDatabase.apply(this, args);
};
// Saves in the background, and could replace a newer file by an older one.
prototype.autosaveEnable = () => undefined;

process.on('SIGUSR2', () => {
  for (const database of databases) writeFileSync(database.filename, database.serialize());
  process.kill(process.pid, 'SIGKILL');
});
process.once('disconnect', () => process.exit(1)); // the parent has ended
require('azurite/dist/src/azurite.js');

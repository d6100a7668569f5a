// Azurite as a child of `npm start`. The official package would keep running after its parent was killed.
import { createRequire } from 'node:module';
import { type ExtentStoreClass, isolateQueues, type QueueStoreClass, removeExtentsSingly } from './azuriteQueues.ts';

/** Azurite waits for running requests, which may hang. */
const ORPHAN_MILLISECONDS = 8_000;

if (process.send) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), ORPHAN_MILLISECONDS).unref();
    // A real signal would end the process at once on Windows.
    process.emit('SIGTERM', 'SIGTERM');
  });
  // Azurite listens for messages, so the channel would keep its process alive after it has closed everything.
  process.once('SIGTERM', () => process.channel?.unref());
}
const load = createRequire(import.meta.url);
isolateQueues(
  (load('azurite/dist/src/queue/persistence/LokiQueueMetadataStore.js') as { default: QueueStoreClass }).default,
);
removeExtentsSingly(
  (load('azurite/dist/src/common/persistence/LokiExtentMetadataStore.js') as { default: ExtentStoreClass }).default,
);
load('azurite/dist/src/azurite.js');

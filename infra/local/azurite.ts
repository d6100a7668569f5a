// Azurite as a child of `npm start`: the official package, which would otherwise outlive a parent that was killed.
import { createRequire } from 'node:module';

/** Azurite waits for requests under way, which may hang. */
const ORPHAN_MILLISECONDS = 8_000;

if (process.send) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), ORPHAN_MILLISECONDS).unref();
    // Not a signal to itself: on Windows that would end the process at once.
    process.emit('SIGTERM', 'SIGTERM');
  });
  // Azurite listens for messages, and so the channel would keep its process alive after it has closed everything.
  process.once('SIGTERM', () => process.channel?.unref());
}
createRequire(import.meta.url)('azurite/dist/src/azurite.js');

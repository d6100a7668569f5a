// Azurite as a child of `npm start`: the official package, which would otherwise outlive a parent that was killed.
import { createRequire } from 'node:module';

if (process.send) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // Azurite listens for messages, and so the channel would keep its process alive after it has closed everything.
  process.once('SIGTERM', () => process.channel?.unref());
}
createRequire(import.meta.url)('azurite/dist/src/azurite.js');

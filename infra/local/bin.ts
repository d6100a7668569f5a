#!/usr/bin/env node
// The program `switchboard` of the npm package. Older versions of Node can run this file, but not what it loads.
const [major = 0] = process.versions.node.split('.').map(Number);

if (major < 22) {
  console.error(
    `switchboard needs Node 22 or later; this is Node ${process.version}. The imports acs-switchboard/client, /signing and /emulator work with Node 20.`,
  );
  process.exit(1);
}
await import('./switchboard.ts');

// `npm run bench [-- <bench>…]`: every figure and the budget beside it, as one JSON document. A missed budget is a
// figure like any other; only what cannot be measured is a failure.
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Figures } from './report.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figures>>> = {
  batch: async () => (await import('./batch.ts')).benchBatch(),
  email: async () => (await import('./email.ts')).benchEmail(),
  load: async () => (await import('./load.ts')).benchLoad(),
  overhead: async () => (await import('./overhead.ts')).benchOverhead(),
  signing: async () => (await import('./signing.ts')).benchSigning(),
};

// What a bench started or wrote is ended or removed in its `exit` listeners.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    console.error(`No such bench: ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}.`);
    return 1;
  }
  const figures: Record<string, Figures[string]> = {};
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`${name} …`);
    Object.assign(figures, await bench());
  }
  console.log(JSON.stringify({ machine: machine(), figures }, null, 2));
  return 0;
}

/** What the figures depend on. */
function machine() {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpu?.model,
    cpus: availableParallelism(),
    memoryMegabytes: Math.round(totalmem() / 1024 ** 2),
  };
}

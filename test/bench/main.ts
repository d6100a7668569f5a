// `npm run bench`: prints every figure and the budget beside it as one JSON document. A missed budget is a figure like any
// other; only a figure that cannot be measured is a failure.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { runCommand } from '../../infra/toolchain/command.ts';
import type { Figures } from './report.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figures>>> = {
  batch: async () => (await import('./batch.ts')).benchBatch(),
  email: async () => (await import('./email.ts')).benchEmail(),
  load: async () => (await import('./load.ts')).benchLoad(),
  overhead: async () => (await import('./overhead.ts')).benchOverhead(),
  signing: async () => (await import('./signing.ts')).benchSigning(),
  singles: async () => (await import('./singles.ts')).benchSingles(),
  peers: async () => (await import('./peers.ts')).benchPeers(),
};

const NAMES = Object.keys(BENCHES);

/** Takes ten minutes and needs servers and packages that are not part of the project. */
const ON_REQUEST = ['peers'];

process.exitCode = await runCommand({
  name: 'bench',
  usage: ['[bench …]'],
  parameters: { '[bench …]': `which ones to run: ${NAMES.join(', ')} (default: all but ${ON_REQUEST.join(', ')})` },
  async run({ positionals }) {
    const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
    if (unknown.length > 0) throw new Error(`No such bench: ${unknown.join(', ')}. Use ${NAMES.join(', ')}.`);
    // The `exit` listeners of a bench end its processes and remove its files.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    const figures: Record<string, Figures[string]> = {};
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (!(positionals.length > 0 ? positionals.includes(name) : !ON_REQUEST.includes(name))) continue;
      console.error(`${name} …`);
      Object.assign(figures, await bench());
    }
    console.log(JSON.stringify({ machine: machine(), figures }, null, 2));
    return 0;
  },
});

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

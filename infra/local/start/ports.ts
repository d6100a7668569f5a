import { createServer, type Server } from 'node:net';
import { LISTENER_NAMES, LISTENERS, type Listener, type Ports, type StartOptions } from './options.ts';

const HOST = '127.0.0.1';

/**
 * The port of every listener, each of them free now.
 *
 * @throws Error naming every taken port, what it is needed for and what to do
 */
export async function choosePorts(wanted: StartOptions['ports']): Promise<Ports> {
  if (wanted === 'auto') return freePorts();
  const ports = fromEach((name) => wanted[name] ?? LISTENERS[name][0]);
  const taken: string[] = [];
  for (const name of LISTENER_NAMES) {
    if (!(await isFree(ports[name]))) taken.push(`  ${ports[name]} (${LISTENERS[name][1]})`);
  }
  if (taken.length === 0) return ports;
  throw new Error(
    `Ports in use:\n${taken.join('\n')}\nStop the program that uses them (another 'npm start'?), or run 'npm start -- --ports auto'.`,
  );
}

function fromEach(port: (name: Listener) => number): Ports {
  return Object.fromEntries(LISTENER_NAMES.map((name) => [name, port(name)])) as Ports;
}

/**
 * Free ports are looked for below those that operating systems hand out by themselves (Linux from 32768, others from
 * 49152): there, any connection of any process could take one before our children listen, or while one is started again.
 */
const AUTO_PORTS = { first: 20_000, last: 31_999 } as const;

/** Ports are taken in blocks, one for each listener. Any number that shares no divisor with their count tries them all. */
const BLOCK_SIZE = LISTENER_NAMES.length;
const BLOCKS = Math.floor((AUTO_PORTS.last - AUTO_PORTS.first + 1) / BLOCK_SIZE);
const STRIDE = 97;

async function freePorts(): Promise<Ports> {
  for (let attempt = 0; attempt < BLOCKS; attempt += 1) {
    // By process id, so that starts at the same time do not look at the same ports.
    const block = (process.pid + attempt * STRIDE) % BLOCKS;
    const ports = fromEach((name) => AUTO_PORTS.first + block * BLOCK_SIZE + LISTENER_NAMES.indexOf(name));
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error(`No ${BLOCK_SIZE} ports in a row are free from ${AUTO_PORTS.first} to ${AUTO_PORTS.last}.`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false; // whatever the reason, we cannot listen there
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

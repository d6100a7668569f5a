import { createServer, type Server } from 'node:net';
import { commandText } from '../../toolchain/installation.ts';

/** What `npm start` listens on: name, default port, purpose. */
export const LISTENERS = {
  switchboard: [7071, 'Switchboard, http'],
  switchboardTls: [7443, 'Switchboard, https'],
  acs: [8787, 'ACS emulator, http'],
  acsTls: [8788, 'ACS emulator, https'],
  blob: [10_000, 'Azurite, blobs'],
  queue: [10_001, 'Azurite, queues'],
  table: [10_002, 'Azurite, tables'],
} as const;

export type Listener = keyof typeof LISTENERS;
export type Ports = Readonly<Record<Listener, number>>;

export const LISTENER_NAMES = Object.keys(LISTENERS) as Listener[];

const HOST = '127.0.0.1';

/**
 * Returns a port for every listener, each of them free at the moment.
 *
 * @throws Error that names every taken port with its purpose, and says what to do
 */
export async function choosePorts(wanted: 'auto' | Partial<Ports>): Promise<Ports> {
  if (wanted === 'auto') return freePorts();
  const ports = fromEach((name) => wanted[name] ?? LISTENERS[name][0]);
  const taken: string[] = [];
  for (const name of LISTENER_NAMES) {
    if (!(await isFree(ports[name]))) taken.push(`  ${ports[name]} (${LISTENERS[name][1]})`);
  }
  if (taken.length === 0) return ports;
  throw new Error(
    `Ports in use:\n${taken.join('\n')}\nStop the program that uses them (another '${commandText('start')}'?), or run '${commandText('start', '--ports auto')}'.`,
  );
}

function fromEach(port: (name: Listener) => number): Ports {
  return Object.fromEntries(LISTENER_NAMES.map((name) => [name, port(name)])) as Ports;
}

/**
 * Below the ephemeral ports of operating systems (Linux from 32768, others from 49152): any connection of any process could
 * take one of those before our children listen, or while one of them restarts.
 */
const AUTO_PORTS = { first: 20_000, last: 31_999 } as const;

/** Ports are taken in blocks with one port for each listener. The stride has no divisor in common with the number of blocks. */
const BLOCK_SIZE = LISTENER_NAMES.length;
const BLOCKS = Math.floor((AUTO_PORTS.last - AUTO_PORTS.first + 1) / BLOCK_SIZE);
const STRIDE = 97;

async function freePorts(): Promise<Ports> {
  for (let attempt = 0; attempt < BLOCKS; attempt += 1) {
    // Starts with the process id, so that simultaneous starts try different ports.
    const block = (process.pid + attempt * STRIDE) % BLOCKS;
    const ports = fromEach((name) => AUTO_PORTS.first + block * BLOCK_SIZE + LISTENER_NAMES.indexOf(name));
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error(`No ${BLOCK_SIZE} consecutive ports are free from ${AUTO_PORTS.first} to ${AUTO_PORTS.last}.`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false; // whatever the reason, we cannot listen on it
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

import { createServer, type Server } from 'node:net';
import { LISTENER_NAMES, LISTENERS, type Listener, type Ports, type StartOptions } from './options.ts';

const HOST = '127.0.0.1';

/**
 * The port of every listener, each of them free now.
 *
 * @throws Error naming every taken port, what wanted it and the way out
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
    `Taken ports:\n${taken.join('\n')}\nStop what listens there (another 'npm start'?), or use 'npm start -- --ports auto'.`,
  );
}

function fromEach(port: (name: Listener) => number): Ports {
  return Object.fromEntries(LISTENER_NAMES.map((name) => [name, port(name)])) as Ports;
}

async function freePorts(): Promise<Ports> {
  // All are held at the same time, so that none is handed out twice.
  const servers = await Promise.all(LISTENER_NAMES.map(() => listen(0)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return fromEach((name) => ports[LISTENER_NAMES.indexOf(name)] ?? 0);
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

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port of this machine that is taken until `free` is called. */
export async function takenPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    free: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, free } = await takenPort();
  await free();
  return port;
}

/** Whether anybody listens on a port of this machine. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

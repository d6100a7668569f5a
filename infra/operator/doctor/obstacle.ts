import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { commandText } from '../../toolchain/installation.ts';

/** The step at which a connection failed: resolving the name, connecting, verifying the certificate. */
type Stage = 'DNS' | 'connect' | 'TLS';

interface Obstacle {
  readonly stage: Stage;
  /** Host and port. */
  readonly host: string;
  /** e.g. `ECONNREFUSED` */
  readonly code: string;
}

/** Tries to connect to a server. @returns why it failed; undefined if it succeeded */
export async function findObstacle(address: string, deadline: AbortSignal): Promise<Obstacle | undefined> {
  const url = new URL(address);
  const { protocol, hostname } = url;
  const port = Number(url.port) || (protocol === 'https:' ? 443 : 80);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  let stage: Stage = 'DNS';
  let socket: net.Socket | undefined;
  try {
    await lookup(host);
    stage = 'connect';
    socket = net.connect({ host, port });
    await once(socket, 'connect', { signal: deadline });
    if (protocol === 'https:') {
      stage = 'TLS';
      socket = tls.connect({ socket, host, ...(net.isIP(host) ? {} : { servername: host }) });
      await once(socket, 'secureConnect', { signal: deadline });
    }
    return undefined;
  } catch (error) {
    return { stage, host: `${url.hostname}:${port}`, code: codeOf(error) };
  } finally {
    socket?.destroy();
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'AbortError') return 'no response';
  return 'code' in error ? String(error.code) : error.name;
}

/** Describes an obstacle. @param setting the app setting that contains the address */
export function describeObstacle({ stage, host, code }: Obstacle, setting: string): string {
  if (stage === 'DNS') return `The host ${host} in ${setting} cannot be resolved (DNS: ${code}).`;
  if (stage === 'connect') return `Cannot connect to ${host} in ${setting} (${code}).`;
  return `The certificate of ${host} in ${setting} is not trusted (TLS: ${code}).`;
}

export function obstacleRemedy({ stage, host }: Obstacle, setting: string): string {
  if (stage === 'DNS') return `Correct the name in ${setting}; if it is right, check this network's DNS.`;
  if (stage === 'TLS') {
    return 'If a proxy with its own certificate intercepts the connection, trust it with NODE_EXTRA_CA_CERTS=<its PEM file>.';
  }
  return /^(?:localhost|127\.|\[::1\])/.test(host)
    ? `Start the server (${commandText('start')}), or correct ${setting}.`
    : `Allow connections from this network to ${host} (firewall, private endpoint), or correct ${setting}.`;
}

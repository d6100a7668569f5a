import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** How far a connection came: to the name's address, to the port, to a trusted certificate. */
export type Stage = 'DNS' | 'connect' | 'TLS';

export interface Obstacle {
  readonly stage: Stage;
  /** Host and port. */
  readonly host: string;
  /** e.g. `ECONNREFUSED` */
  readonly code: string;
}

/** Connects to a server as far as it goes, and hangs up. @returns what stopped it; undefined when nothing did */
export async function obstacleTo(address: string, deadline: AbortSignal): Promise<Obstacle | undefined> {
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
  if (error.name === 'AbortError') return 'no answer';
  return 'code' in error ? String(error.code) : error.name;
}

/** The obstacle as a sentence. @param setting the app setting that names the address */
export function obstacleText({ stage, host, code }: Obstacle, setting: string): string {
  if (stage === 'DNS') return `The host ${host} of ${setting} is not known (DNS: ${code}).`;
  if (stage === 'connect') return `Nothing can be reached at ${host} of ${setting} (${code}).`;
  return `The certificate at ${host} of ${setting} is not trusted (TLS: ${code}).`;
}

/** What to do about it. */
export function obstacleRemedy({ stage, host }: Obstacle, setting: string): string {
  if (stage === 'DNS')
    return `Correct the name in ${setting}; if it is right, look at the name service of this network.`;
  if (stage === 'TLS') {
    return 'If a proxy with a certificate of its own stands between, trust it with NODE_EXTRA_CA_CERTS=<its PEM file>.';
  }
  return /^(?:localhost|127\.|\[::1\])/.test(host)
    ? `Start what should listen there (on this machine: npm start), or correct ${setting}.`
    : `Let this network through to ${host} (firewall, private endpoint), or correct ${setting}.`;
}

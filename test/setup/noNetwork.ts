/**
 * Unit tests have no network: connecting to anything but loopback, or looking up any name but `localhost`, throws.
 * The attempt also fails the test afterwards, so that code which catches and retries errors cannot hide it.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { afterEach } from 'vitest';

const ATTEMPTS = Symbol.for('switchboard.networkAttempts');

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Vitest runs this file again for every test file of a process: the guards are set once, and report to one list. */
const known: Error[] | undefined = Reflect.get(globalThis, ATTEMPTS);
const attempts = known ?? [];
Reflect.set(globalThis, ATTEMPTS, attempts);

/** Returns the attempts so far and forgets them; for tests of this rule, which make such attempts on purpose. */
export function takeAttempts(): readonly Error[] {
  return attempts.splice(0);
}

afterEach(() => {
  const [first] = takeAttempts();
  if (first) throw first;
});

function refuse(attempt: string): never {
  const error = new Error(`A unit test must not use the network: ${attempt}`);
  attempts.push(error);
  throw error;
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (net.isIPv4(bare) && bare.startsWith('127.'));
}

/** The host that `socket.connect` was called for, in any of its forms; undefined for a local pipe. */
function hostOf(args: unknown[]): string | undefined {
  // net.connect() and tls.connect() pass their arguments on as one array.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: unknown; host?: unknown };
    return typeof path === 'string' ? undefined : String(host ?? 'localhost');
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return undefined;
  return typeof second === 'string' ? second : 'localhost';
}

function guard(owner: object, name: string, check: (args: unknown[]) => void): void {
  const original: AnyFunction = Reflect.get(owner, name);
  function guarded(this: unknown, ...args: unknown[]): unknown {
    check(args);
    return original.apply(this, args);
  }
  Reflect.set(owner, name, guarded);
}

function guardEverything(): void {
  guard(net.Socket.prototype, 'connect', (args) => {
    const host = hostOf(args);
    if (host !== undefined && !isLoopback(host)) refuse(`connecting to ${host}`);
  });

  for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!/^(?:lookup|resolve|reverse)/.test(name)) continue;
      guard(owner, name, ([asked]) => {
        if (!isLoopback(String(asked))) refuse(`dns.${name}('${String(asked)}')`);
      });
    }
  }

  guard(globalThis, 'fetch', ([input]) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (/^https?:$/.test(url.protocol) && !isLoopback(url.hostname)) refuse(`fetching ${url.origin}`);
  });

  // Named imports of the functions above see the guarded ones only after this.
  syncBuiltinESMExports();
}

if (!known) guardEverything();

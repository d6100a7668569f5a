import type { Contender } from './contender.ts';
import type { Peers } from './installation.ts';
import { openPeer } from './peer.ts';
import { createDatabase, type Server, startPostgres, startRedis } from './servers.ts';

type Print = (line: string) => void;

interface Start {
  readonly peers: Peers;
  readonly servers: Server[];
  readonly print: Print;
}

export interface StartedPeers {
  /** Those whose servers are installed. */
  readonly contenders: readonly Contender[];
  stop(): Promise<void>;
}

/** Starts the servers of the queue libraries. @param print receives the versions, and what is skipped */
export async function startPeers(peers: Peers, print: Print): Promise<StartedPeers> {
  const servers: Server[] = [];
  const stop = async () => {
    for (const server of servers) await server.stop();
  };
  try {
    const start = { peers, servers, print };
    return { contenders: [...(await startRedisPeers(start)), ...(await startPostgresPeers(start))], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startRedisPeers({ peers, servers, print }: Start): Promise<Contender[]> {
  const always = await startRedis('always');
  const everysec = await startRedis('everysec');
  if (!always || !everysec) return skip(print, 'BullMQ', 'Redis', 'redis-server');
  servers.push(always, everysec);
  announce(print, 'Redis', always, `BullMQ ${peers.versions['bullmq']}`);
  const contender = (name: string, fsync: string, { port }: Server): Contender => ({
    name,
    label: `BullMQ, appendfsync ${fsync}`,
    open: (stack) => openPeer({ peers, library: 'bullmq', server: String(port) }, stack),
  });
  return [contender('bullmqAlways', 'always', always), contender('bullmqEverysec', 'everysec', everysec)];
}

async function startPostgresPeers({ peers, servers, print }: Start): Promise<Contender[]> {
  const server = await startPostgres();
  if (!server) return skip(print, 'Graphile Worker and pg-boss', 'PostgreSQL', 'postgresql');
  servers.push(server);
  const { 'graphile-worker': graphileWorker, 'pg-boss': pgBoss } = peers.versions;
  announce(print, 'PostgreSQL', server, `Graphile Worker ${graphileWorker}, pg-boss ${pgBoss}`);
  const contender = (library: 'graphileWorker' | 'pgBoss', label: string): Contender => {
    const database = createDatabase(server, library.toLowerCase());
    return { name: library, label, open: (stack) => openPeer({ peers, library, server: database }, stack) };
  };
  return [contender('graphileWorker', 'Graphile Worker'), contender('pgBoss', 'pg-boss')];
}

function skip(print: Print, peer: string, server: string, debianPackage: string): [] {
  print(`${peer}: skipped, ${server} is not installed. On Debian: apt-get install ${debianPackage}`);
  return [];
}

function announce(print: Print, name: string, { version }: Server, libraries: string): void {
  print(`${name} ${version}, ${libraries}`);
}

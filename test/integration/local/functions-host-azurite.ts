import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export interface Azurite {
  readonly connectionString: string;
  readonly queueUrl: URL;
  stop(): Promise<void>;
}

const account =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=' +
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export function connectionTo(queueUrl: URL): string {
  return `${account};QueueEndpoint=${queueUrl.origin}/devstoreaccount1;`;
}

/** The real Azurite on free ports, in memory. */
export async function startAzurite(): Promise<Azurite> {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const child = spawn(
    process.execPath,
    [program, '--inMemoryPersistence', '--skipApiVersionCheck', '--silent', ...ports],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  let queueUrl: URL | undefined;
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /Queue service is successfully listening at (\S+)/.exec(line) ?? [];
    if (url) queueUrl = new URL(url);
    if (queueUrl && /Table service is successfully listening/.test(line)) break;
  }
  child.stdout.resume();
  if (!queueUrl) throw new Error('Azurite did not start.');
  return {
    connectionString: connectionTo(queueUrl),
    queueUrl,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

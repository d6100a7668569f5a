import * as z from 'zod';
import type { Connection } from '../../local/client/connection.ts';
import { signedFetch } from '../../local/client/signedFetch.ts';
import { commandText } from '../../toolchain/installation.ts';
import { type Finding, failed, ok, skipped } from './findings.ts';
import { describeObstacle, findObstacle, obstacleRemedy } from './obstacle.ts';

/** A running Switchboard and, if known, a client's key for it. */
export type SwitchboardTarget = Pick<Connection, 'endpoint'> & Partial<Connection>;

export const SWITCHBOARD = 'Switchboard';

const DEADLINE_MILLISECONDS = 15_000;

const check = z.object({ name: z.string(), status: z.string(), message: z.string().optional() });
const readiness = z.object({ status: z.string(), checks: z.array(check) });
const errorBody = z.object({ error: z.object({ message: z.string() }) });

/** Calls a running Switchboard and checks that it accepts the client's key and is ready. */
export async function examineSwitchboard({ endpoint, accessKey }: SwitchboardTarget): Promise<Finding> {
  if (accessKey === undefined) return skipped(SWITCHBOARD, 'no client key is known: use --connection');
  const obstacle = await findObstacle(endpoint, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) return failed(SWITCHBOARD, describeObstacle(obstacle, '--url'), obstacleRemedy(obstacle, '--url'));
  const response = await signedFetch({ endpoint, accessKey }, { method: 'GET', target: '/health/ready' });
  const body = await jsonOf(response);
  if (response.status === 401) return rejected(endpoint, errorBody.safeParse(body).data?.error.message ?? '');
  const { data } = readiness.safeParse(body);
  if (!data) {
    const message = `${endpoint}/health/ready returns ${response.status} without a Switchboard response.`;
    return failed(
      SWITCHBOARD,
      message,
      'Correct --url; on Azure, check the log of the app: its settings may be invalid.',
    );
  }
  if (data.status === 'ready') return ok(SWITCHBOARD, `${endpoint} is ready and accepts the client's key`);
  const failures = data.checks
    .filter(({ status }) => status === 'failed')
    .map(({ name, message = '' }) => `${name} ${message}`);
  const remedy =
    'Run the doctor with the settings of that app: --settings <file> (infra/operator/README.md, "Doctor").';
  return failed(SWITCHBOARD, `${endpoint} is not ready: ${failures.join('; ')}.`, remedy);
}

function rejected(endpoint: string, message: string): Finding {
  return failed(
    SWITCHBOARD,
    `${endpoint} rejects the client's key: ${message}`,
    `Compare the key of --connection with the client's keys in CLIENTS of that app; for a failing request of your own: ${commandText('doctor', 'sign <file>')}`,
  );
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined; // not JSON: the status decides
  }
}

import * as z from 'zod';
import { signedFetch } from '../../local/client/signedfetch.ts';
import { obstacleRemedy, obstacleText, obstacleTo } from './connect.ts';
import { type Finding, failed, ok, skipped } from './finding.ts';
import type { AskedSwitchboard } from './options.ts';

export const SWITCHBOARD = 'Switchboard';

const DEADLINE_MILLISECONDS = 15_000;

const check = z.object({ name: z.string(), status: z.string(), message: z.string().optional() });
const readiness = z.object({ status: z.string(), checks: z.array(check) });
const refusal = z.object({ error: z.object({ message: z.string() }) });

/** A signed call of a running Switchboard: whether it knows the client's key, and is ready. */
export async function examineSwitchboard({ endpoint, accessKey }: AskedSwitchboard): Promise<Finding> {
  if (accessKey === undefined) return skipped(SWITCHBOARD, 'no client key is known: give --connection');
  const obstacle = await obstacleTo(endpoint, AbortSignal.timeout(DEADLINE_MILLISECONDS));
  if (obstacle) return failed(SWITCHBOARD, obstacleText(obstacle, '--url'), obstacleRemedy(obstacle, '--url'));
  const response = await signedFetch({ endpoint, accessKey }, { method: 'GET', target: '/health/ready' });
  const body = await jsonOf(response);
  if (response.status === 401) return denied(endpoint, refusal.safeParse(body).data?.error.message ?? '');
  const { data } = readiness.safeParse(body);
  if (!data) {
    const message = `${endpoint}/health/ready answers ${response.status}, and not as Switchboard does.`;
    return failed(
      SWITCHBOARD,
      message,
      'Correct --url; on Azure, look at the log of the app: its settings may be unusable.',
    );
  }
  if (data.status === 'ready') return ok(SWITCHBOARD, `${endpoint} is ready, and knows the client`);
  const wrong = data.checks
    .filter(({ status }) => status === 'failed')
    .map(({ name, message = '' }) => `${name} ${message}`);
  const remedy =
    'Run the doctor with the settings of that app: --settings <file> (infra/operator/README.md, "Doctor").';
  return failed(SWITCHBOARD, `${endpoint} is not ready: ${wrong.join('; ')}.`, remedy);
}

function denied(endpoint: string, message: string): Finding {
  return failed(
    SWITCHBOARD,
    `${endpoint} refuses the client's key: ${message}`,
    "Compare the key of --connection with the client's keys in CLIENTS of that app; for a failing request of yours: npm run doctor -- sign <file>",
  );
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined; // not JSON: the status tells
  }
}

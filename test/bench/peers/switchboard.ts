import { findConnection } from '../../../infra/local/client/connection.ts';
import { victimOf } from '../../chaos/victim.ts';
import type { OwnStack } from '../../setup/ownStack.ts';
import { getBatch, MESSAGE, SENDER, submit } from '../batch/requests.ts';
import type { Contender, Session } from './contender.ts';

export const SWITCHBOARD: Contender = { name: 'switchboard', label: 'Switchboard', open };

/** The functions of the stack; `npm start` restarts a process that was killed. */
function open(stack: OwnStack): Promise<Session> {
  const switchboard = findConnection(stack.client);
  const victim = victimOf(stack);
  return Promise.resolve({
    async submit(recipients) {
      const body = JSON.stringify({ from: SENDER, message: MESSAGE, recipients });
      const id = await submit(switchboard, { method: 'POST', target: '/sms/batches', body });
      const counts = async () => (await getBatch(switchboard, id)).counts;
      return {
        resultCount: async () => recipients.length - (await counts()).pending,
        inDoubtCount: async () => (await counts()).inDoubt,
      };
    },
    kill: () => victim.kill(),
    close: () => Promise.resolve(),
  });
}

import { QueueServiceClient } from '@azure/storage-queue';
import { hasStatus } from '../../../shared/storage/connection.ts';
import { createStorage, type Storage } from '../../../shared/storage/storage.ts';
import { FAULT_KINDS } from '../../simulation/engine/faults.ts';
import { runPlan } from '../../simulation/engine/run.ts';
import type { HostMessages } from '../../simulation/engine/types.ts';

/** A storage account, as the app and a functions host reach it. */
export interface Subject {
  readonly storage: Storage;
  readonly messages: HostMessages;
}

type Check = (subject: Subject) => Promise<void>;

/** Runs a check against the real Azurite. */
export async function withAzurite(connectionString: string, check: Check): Promise<void> {
  const storage = createStorage({ kind: 'connection string', connectionString });
  await check({ storage, messages: azuriteMessages(connectionString) });
}

/** Runs a check against the simulated storage in which nothing goes wrong. @throws what the check throws */
export async function withSimulation(check: Check): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  const plan = { seed: 1, workloadHours: 1, disabledFaults: FAULT_KINDS };
  const { failure } = await runPlan(
    {
      run: (simulation) => {
        const process = simulation.startProcess('app');
        return process
          .run(() => check(process))
          .catch((error: unknown) => {
            failed = { error };
          });
      },
    },
    plan,
  );
  if (failed) throw failed.error;
  if (failure) throw new Error(JSON.stringify(failure));
}

function azuriteMessages(connectionString: string): HostMessages {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  return {
    async receive(queue, maximum, visibilitySeconds) {
      const options = { numberOfMessages: maximum, visibilityTimeout: visibilitySeconds };
      try {
        const { receivedMessageItems } = await service.getQueueClient(queue).receiveMessages(options);
        return receivedMessageItems.map(({ messageId, messageText, insertedOn, nextVisibleOn, ...rest }) => ({
          ...{ id: messageId, text: messageText, dequeueCount: rest.dequeueCount, popReceipt: rest.popReceipt },
          ...{ insertedOn: insertedOn.getTime(), nextVisibleOn: nextVisibleOn.getTime() },
        }));
      } catch (error) {
        if (hasStatus(error, 404)) return []; // the queue does not exist
        throw error;
      }
    },
    async update(queue, message, visibilitySeconds) {
      const client = service.getQueueClient(queue);
      const updated = await client.updateMessage(message.id, message.popReceipt, undefined, visibilitySeconds);
      const { popReceipt = '', nextVisibleOn = new Date() } = updated;
      return { ...message, popReceipt, nextVisibleOn: nextVisibleOn.getTime() };
    },
    async remove(queue, { id, popReceipt }) {
      await service.getQueueClient(queue).deleteMessage(id, popReceipt);
    },
    async send(queue, text, delaySeconds = 0) {
      const client = service.getQueueClient(queue);
      await client.createIfNotExists();
      await client.sendMessage(text, { messageTimeToLive: -1, visibilityTimeout: delaySeconds });
    },
  };
}

import { writeMessage, writeParticipant, writeReceipt, writeThread } from '../../chat/chatWire.ts';
import { defineRoute } from '../../http/route.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/_emulator/threads',
  service: 'emulator',
  auth: 'none',
  handle: (_call, emulator) => ({
    status: 200,
    body: {
      value: emulator.chat.threads().map((thread) => ({
        ...writeThread(thread),
        participants: Array.from(thread.participants.values(), writeParticipant),
        messages: thread.messages.map(writeMessage),
        readReceipts: Array.from(thread.receipts, writeReceipt),
      })),
    },
  }),
});

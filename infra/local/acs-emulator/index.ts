// The public export `acs-switchboard/emulator`. Inside the project, import the modules directly.
export type { Fault } from './http/fault.ts';
export { type ConnectedAcsEmulator, type ConnectOptions, connectToAcsEmulator } from './library/connect.ts';
export { AcsEmulatorError } from './library/inspectionApi.ts';
export type { ChatItem, EmailItem, ItemSummary, SmsItem } from './library/itemTypes.ts';
export type { AcsMailbox, MailboxClock, MailboxDocument, MessageRef } from './library/mailbox.ts';
export { type MessageFilter, NotReceivedError, type WaitOptions } from './library/waiting.ts';
export type { Quotas } from './quotas/quotas.ts';
export {
  type AcsEmulator,
  type AcsEmulatorOptions,
  type EventGridEvent,
  type LocalAcsMailbox,
  startAcsEmulator,
} from './startAcsEmulator.ts';

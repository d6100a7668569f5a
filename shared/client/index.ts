// The public export `acs-switchboard/client`. Inside the project, import the modules directly.
export type { AbortSignalLike } from './abort.ts';
export { SwitchboardClient, type SwitchboardClientOptions } from './client.ts';
export type { SwitchboardConnection } from './connection.ts';
export type { Content } from './content.ts';
export {
  type ClientErrorCode,
  type ErrorCode,
  type ErrorDetail,
  isSwitchboardError,
  SwitchboardError,
} from './errors.ts';
export type { BatchRequest, SubmittedSmsBatch } from './groups/batches.ts';
export type { ChatChangeOptions } from './groups/chat.ts';
export type { SendEmailOptions } from './groups/emails.ts';
export type { TokenRefresher } from './groups/identities.ts';
export type { Page, PagedList, PageSettings } from './paging.ts';
export type { WaitOptions } from './polling.ts';
export type { RetryOptions } from './retry.ts';
export type { CallOptions, ChangeOptions, ChatOptions, ResponseFacts } from './transport.ts';
export type * from './types.ts';

// Types of requests and results, made from the schemas of shared/contract.

// generated: client-types
/** The error codes of Switchboard. ACS has others, which are passed on. */
export type SwitchboardErrorCode =
  | 'ApiVersionUnspecified'
  | 'InvalidApiVersion'
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'Denied'
  | 'Forbidden'
  | 'DestinationNotAllowed'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'Conflict'
  | 'OperationInProgress'
  | 'Expired'
  | 'PayloadTooLarge'
  | 'UnsupportedMediaType'
  | 'IdempotencyKeyReused'
  | 'TooManyRequests'
  | 'ClientLimitExceeded'
  | 'InternalServerError'
  | 'StorageContention'
  | 'UpstreamDenied'
  | 'UpstreamUnavailable'
  | 'UpstreamInDoubt';

/** An access token of an identity. */
export interface AccessToken {
  /** The access token. */
  readonly token: string;
  /** When the access token expires. */
  readonly expiresOn: string;
  readonly [name: string]: unknown;
}

/** Participants to add to a chat thread. */
export interface AddChatParticipantsRequest {
  /** Participants to add. Those who already are in the thread do not change. */
  readonly participants: readonly {
    /** The user. */
    readonly communicationIdentifier: CommunicationIdentifier;
    /** Display name of the participant. */
    readonly displayName?: string | undefined;
    /** The participant sees the messages from this time on. By default, all messages. */
    readonly shareHistoryTime?: string | undefined;
    /** Additional properties of the participant, at most 1 KB in total. */
    readonly metadata?: {
      readonly [name: string]: string;
    } | undefined;
  }[];
}

/** The participants who could not be added; the others are in the thread. */
export interface AddChatParticipantsResult {
  /** Participants who could not be added, each with the error. */
  readonly invalidParticipants?: readonly {
    /** Raw id of the participant. */
    readonly target: string;
    /** `403` for an identifier that cannot be added, `404` for an unknown user. */
    readonly code?: string | undefined;
    /** Explanation of ACS. */
    readonly message?: string | undefined;
    readonly [name: string]: unknown;
  }[] | undefined;
  readonly [name: string]: unknown;
}

/** An operation that a client performed. */
export interface AuditEntry {
  /** When the operation was performed or refused. */
  readonly time: string;
  /** Name of the client. */
  readonly client: string;
  /** How the operation was started. */
  readonly trigger: 'http' | 'queue' | 'operator' | 'switchboard';
  /** Name of the operation. */
  readonly operation: string;
  /** HTTP status of the response. */
  readonly status?: number | undefined;
  /** Error code, if the operation failed. */
  readonly code?: string | undefined;
  /** The `x-ms-request-id` of the response, or the id that the queue gave the message. */
  readonly requestId?: string | undefined;
  /** Chat: the ACS user on whose behalf the client acted. */
  readonly actingUser?: string | undefined;
  /** The resource that was created or changed. */
  readonly resource?: {
    /** The type of the resource. */
    readonly type: 'smsBatch' | 'email' | 'identity' | 'chatThread' | 'chatMessage';
    /** The id of the resource. */
    readonly id: string;
  } | undefined;
  /** Number of recipients. Numbers and addresses are not recorded. */
  readonly recipients?: {
    /** Recipients whose message was accepted. */
    readonly accepted: number;
    /** Recipients whose message was refused. */
    readonly refused: number;
  } | undefined;
}

/** A page of the audit log. */
export interface AuditEntryPage {
  /** The entries on this page, newest first. */
  readonly value: readonly AuditEntry[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
}

/** A chat message. */
export interface ChatMessage {
  /** Id of the message. */
  readonly id: string;
  /** Type of the message, such as `text`, `html` or `participantAdded`. */
  readonly type: string;
  /** Content of the message. */
  readonly content?: {
    /** Content of a message of type `text` or `html`. */
    readonly message?: string | undefined;
    readonly [name: string]: unknown;
  } | undefined;
  /** Display name of the sender. */
  readonly senderDisplayName?: string | undefined;
  /** When the message was sent. */
  readonly createdOn?: string | undefined;
  /** When the message was last edited. */
  readonly editedOn?: string | undefined;
  /** When the message was deleted. Its content is empty then. */
  readonly deletedOn?: string | undefined;
  /** The user who sent the message. */
  readonly senderCommunicationIdentifier?: CommunicationIdentifierResult | undefined;
  /** Additional properties of the message. */
  readonly metadata?: {
    readonly [name: string]: unknown;
  } | undefined;
  readonly [name: string]: unknown;
}

/** A page of chat messages. */
export interface ChatMessagePage {
  /** The messages on this page. */
  readonly value: readonly ChatMessage[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
  readonly [name: string]: unknown;
}

/** A page of the participants of a chat thread. */
export interface ChatParticipantPage {
  /** The participants on this page. */
  readonly value: readonly {
    /** The user. */
    readonly communicationIdentifier: CommunicationIdentifierResult;
    /** Display name of the participant. */
    readonly displayName?: string | undefined;
    /** The participant sees the messages from this time on. */
    readonly shareHistoryTime?: string | undefined;
    /** Additional properties of the participant. */
    readonly metadata?: {
      readonly [name: string]: string;
    } | undefined;
    readonly [name: string]: unknown;
  }[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
  readonly [name: string]: unknown;
}

/** A chat thread. */
export interface ChatThread {
  /** Id of the thread. */
  readonly id: string;
  /** Topic of the thread. */
  readonly topic?: string | undefined;
  /** When the thread was created. */
  readonly createdOn?: string | undefined;
  /** The user who created the thread. */
  readonly createdByCommunicationIdentifier?: CommunicationIdentifierResult | undefined;
  /** When the thread was deleted. */
  readonly deletedOn?: string | undefined;
  /** Additional properties of the thread. */
  readonly metadata?: {
    readonly [name: string]: string;
  } | undefined;
  /** When the thread is deleted automatically. */
  readonly retentionPolicy?: {
    /** `none`, or `threadCreationDate` with `deleteThreadAfterDays`. */
    readonly kind: string;
    readonly [name: string]: unknown;
  } | undefined;
  readonly [name: string]: unknown;
}

/** A page of chat threads. */
export interface ChatThreadPage {
  /** The threads on this page. */
  readonly value: readonly ChatThread[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
  readonly [name: string]: unknown;
}

/**
 * Identifies a user: `communicationUserId` as in the SDKs, or `rawId` and at most one nested model as in the REST API
 * (`communicationUser`, `phoneNumber`, `microsoftTeamsUser`, …).
 */
export interface CommunicationIdentifier {
  /** Id of an ACS user, as in the SDKs. */
  readonly communicationUserId?: string | undefined;
  /** Raw id of the identifier, as in the REST API. */
  readonly rawId?: string | undefined;
  /** An ACS user, as in the REST API. */
  readonly communicationUser?: {
    /** Id of the ACS user. */
    readonly id: string;
    readonly [name: string]: unknown;
  } | undefined;
  readonly [name: string]: unknown;
}

/** Identifies a user as ACS does, with `communicationUserId` added for ACS users. */
export interface CommunicationIdentifierResult {
  /** Raw id of the identifier. */
  readonly rawId?: string | undefined;
  /** Id of the ACS user, if it is one. */
  readonly communicationUserId?: string | undefined;
  readonly [name: string]: unknown;
}

/** A chat thread to create. */
export interface CreateChatThreadRequest {
  /** Topic of the thread. */
  readonly topic: string;
  /** Participants to add to the thread. The acting user always is one. */
  readonly participants?: readonly {
    /** The user. */
    readonly communicationIdentifier: CommunicationIdentifier;
    /** Display name of the participant. */
    readonly displayName?: string | undefined;
    /** The participant sees the messages from this time on. By default, all messages. */
    readonly shareHistoryTime?: string | undefined;
    /** Additional properties of the participant, at most 1 KB in total. */
    readonly metadata?: {
      readonly [name: string]: string;
    } | undefined;
  }[] | undefined;
  /** Additional properties of the thread, at most 1 KB in total. */
  readonly metadata?: {
    readonly [name: string]: string;
  } | undefined;
  /** When the thread is deleted automatically. */
  readonly retentionPolicy?: {
    /** The thread is not deleted automatically. */
    readonly kind: 'none';
  } | {
    /** The thread is deleted some days after its creation. */
    readonly kind: 'threadCreationDate';
    /** Days from the creation of the thread to its deletion. */
    readonly deleteThreadAfterDays: number;
  } | undefined;
}

/** The thread that was created, and the participants who could not be added. */
export interface CreateChatThreadResult {
  /** The new thread. */
  readonly chatThread: ChatThread;
  /** Participants who could not be added, each with the error. */
  readonly invalidParticipants?: readonly {
    /** Raw id of the participant. */
    readonly target: string;
    /** `403` for an identifier that cannot be added, `404` for an unknown user. */
    readonly code?: string | undefined;
    /** Explanation of ACS. */
    readonly message?: string | undefined;
    readonly [name: string]: unknown;
  }[] | undefined;
  /** Repeats `invalidParticipants`, for clients of older API versions. */
  readonly errors?: {
    readonly [name: string]: unknown;
  } | undefined;
  readonly [name: string]: unknown;
}

/** An identity to create, optionally with an access token. */
export interface CreateIdentityRequest {
  /** Scopes of the access token to issue. By default, none is issued. */
  readonly createTokenWithScopes?:
    | readonly ('chat'
    | 'voip'
    | 'chat.join'
    | 'chat.join.limited'
    | 'voip.join')[]
    | undefined;
  /** Lifetime of the access token in minutes. By default, 1440 (24 hours). */
  readonly expiresInMinutes?: number | undefined;
}

/** An email message to send. */
export interface EmailMessage {
  /** Address of the sender, in a verified domain. */
  readonly senderAddress: string;
  /** The recipients, at most 50. */
  readonly recipients: {
    /** Recipients in the To field. */
    readonly to?: readonly {
      /** Email address. */
      readonly address: string;
      /** Display name. */
      readonly displayName?: string | undefined;
    }[] | undefined;
    /** Recipients in the Cc field. */
    readonly cc?: readonly {
      /** Email address. */
      readonly address: string;
      /** Display name. */
      readonly displayName?: string | undefined;
    }[] | undefined;
    /** Recipients who are hidden from the others. */
    readonly bcc?: readonly {
      /** Email address. */
      readonly address: string;
      /** Display name. */
      readonly displayName?: string | undefined;
    }[] | undefined;
  };
  /** Content of the email message. */
  readonly content: {
    /** Subject of the email message. */
    readonly subject: string;
    /** Content as plain text. */
    readonly plainText?: string | undefined;
    /** Content as HTML. */
    readonly html?: string | undefined;
  };
  /** Attachments. The whole request may have 10 MB. */
  readonly attachments?: readonly {
    /** File name of the attachment. */
    readonly name: string;
    /** Media type of the attachment, such as `application/pdf`. */
    readonly contentType: string;
    /** Content of the attachment, in base64. */
    readonly contentInBase64: string;
    /** Content id of an inline attachment, for use as `cid:…` in the HTML. */
    readonly contentId?: string | undefined;
  }[] | undefined;
  /** Addresses for replies. */
  readonly replyTo?: readonly {
    /** Email address. */
    readonly address: string;
    /** Display name. */
    readonly displayName?: string | undefined;
  }[] | undefined;
  /** Custom email headers. Headers that other fields or mail servers set are rejected. */
  readonly headers?: {
    readonly [name: string]: string;
  } | undefined;
  /** Whether to disable user engagement tracking for this email message. */
  readonly userEngagementTrackingDisabled?: boolean | undefined;
}

/** The status of an email message. */
export interface EmailOperationStatus {
  /** Id of the operation. */
  readonly id: string;
  /** Status of the operation. `Unknown`: ACS reported no final status within 24 hours. */
  readonly status: 'NotStarted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled' | 'Unknown';
  /** Why the operation failed; `null` otherwise. */
  readonly error: {
    /** Error code of ACS. */
    readonly code?: string | null | undefined;
    /** An explanation. */
    readonly message?: string | null | undefined;
    readonly [name: string]: unknown;
  } | null;
  /** Delivery status of each recipient for whom ACS has sent a delivery report. */
  readonly deliveries?: readonly {
    /** Address of the recipient. */
    readonly recipient: string;
    /** Delivery status, such as `Delivered` or `Bounced`. */
    readonly status: string;
    /** Details of the delivery status. */
    readonly details: string;
    /** When delivery was attempted. */
    readonly attemptedOn: string;
  }[] | undefined;
  readonly [name: string]: unknown;
}

/** The identity that was created. */
export interface IdentityResult {
  /** The identity. */
  readonly identity: {
    /** Id of the identity. */
    readonly id: string;
    readonly [name: string]: unknown;
  };
  /** The access token, if scopes were requested. */
  readonly accessToken?: AccessToken | null | undefined;
  readonly [name: string]: unknown;
}

/** An access token to issue. */
export interface IssueAccessTokenRequest {
  /** Scopes of the access token. */
  readonly scopes: readonly ('chat' | 'voip' | 'chat.join' | 'chat.join.limited' | 'voip.join')[];
  /** Lifetime of the access token in minutes. By default, 1440 (24 hours). */
  readonly expiresInMinutes?: number | undefined;
}

/** Query parameters of `listAuditEntries`. */
export interface ListAuditEntriesQuery {
  /** Maximum number of entries on a page. */
  readonly maxPageSize?: number | undefined;
  /** Where the page starts. Taken from `nextLink`. */
  readonly after?: string | undefined;
  /** Only entries at or after this time. */
  readonly from?: string | undefined;
  /** Only entries before this time. */
  readonly to?: string | undefined;
  /** Only entries of this operation. */
  readonly operation?: string | undefined;
  /**
   * Only entries of this client. For clients with the permission `operator`, which see all clients by default; others
   * see only their own entries.
   */
  readonly client?: string | undefined;
}

/** Query parameters of `listChatMessages`. */
export interface ListChatMessagesQuery {
  /** Maximum number of items on a page. */
  readonly maxPageSize?: number | undefined;
  /** Only items from this time on. */
  readonly startTime?: string | undefined;
}

/** Query parameters of `listChatParticipants`. */
export interface ListChatParticipantsQuery {
  /** Maximum number of items on a page. */
  readonly maxPageSize?: number | undefined;
  /** Number of items before the first one on the page. */
  readonly skip?: number | undefined;
}

/** Query parameters of `listChatThreads`. */
export interface ListChatThreadsQuery {
  /** Maximum number of items on a page. */
  readonly maxPageSize?: number | undefined;
  /** Only items from this time on. */
  readonly startTime?: string | undefined;
}

/** Query parameters of `listReadReceipts`. */
export interface ListReadReceiptsQuery {
  /** Maximum number of items on a page. */
  readonly maxPageSize?: number | undefined;
  /** Number of items before the first one on the page. */
  readonly skip?: number | undefined;
}

/** Query parameters of `listSmsBatchResults`. */
export interface ListSmsBatchResultsQuery {
  /** Only recipients in this state. */
  readonly state?: 'pending' | 'accepted' | 'failed' | 'inDoubt' | 'optedOut' | 'canceled' | undefined;
  /** Maximum number of results on a page. */
  readonly maxPageSize?: number | undefined;
  /** Where the page starts. Taken from `nextLink`. */
  readonly after?: number | undefined;
}

/** Query parameters of `listSmsBatches`. */
export interface ListSmsBatchesQuery {
  /** Maximum number of batches on a page. */
  readonly maxPageSize?: number | undefined;
  /** Where the page starts. Taken from `nextLink`. */
  readonly after?: string | undefined;
}

/** Query parameters of `listSmsOptOuts`. */
export interface ListSmsOptOutsQuery {
  /** Only opt-outs of this sender. */
  readonly from?: string | undefined;
  /** Maximum number of opt-outs on a page. */
  readonly maxPageSize?: number | undefined;
  /** Where the page starts. Taken from `nextLink`. */
  readonly after?: string | undefined;
}

/** A page of read receipts. Empty for a thread of more than 20 participants. */
export interface ReadReceiptPage {
  /** The read receipts on this page. */
  readonly value: readonly {
    /** The user who has read the message. */
    readonly senderCommunicationIdentifier: CommunicationIdentifierResult;
    /** Id of the latest message that this user has read. */
    readonly chatMessageId: string;
    /** When the user read the message. */
    readonly readOn: string;
    readonly [name: string]: unknown;
  }[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
  readonly [name: string]: unknown;
}

/** What to resend. */
export interface RedriveSmsBatchRequest {
  /**
   * Whether to resend messages in state `inDoubt` too; recipients may then receive the message twice. By default,
   * `false`.
   */
  readonly includeInDoubt?: boolean | undefined;
}

/** A chat message to send. */
export interface SendChatMessageRequest {
  /** Content of the message, at most 28 KB of UTF-8. */
  readonly content: string;
  /** Display name of the sender. */
  readonly senderDisplayName?: string | undefined;
  /** Type of the content. By default, `text`. */
  readonly type?: 'text' | 'html' | undefined;
  /** Additional properties of the message, at most 1 KB in total. */
  readonly metadata?: {
    readonly [name: string]: string;
  } | undefined;
}

/** The message that was sent. */
export interface SendChatMessageResult {
  /** Id of the message. */
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A read receipt to send. */
export interface SendReadReceiptRequest {
  /** Id of the latest message that the acting user has read. */
  readonly chatMessageId: string;
}

/** An SMS message to send. */
export interface SendSmsRequest {
  /** The sender: a phone number of the ACS resource in E.164 format, a short code, or a sender ID. */
  readonly from: string;
  /** The recipients. */
  readonly smsRecipients: readonly {
    /** Phone number of the recipient in E.164 format. */
    readonly to: string;
    /** UUID by which ACS detects a repeated request. By default, Switchboard generates one. */
    readonly repeatabilityRequestId?: string | undefined;
    /** When the request was first sent, as an RFC 1123 date. Required with `repeatabilityRequestId`. */
    readonly repeatabilityFirstSent?: string | undefined;
  }[];
  /** Content of the message. */
  readonly message: string;
  /** Options for sending the message. */
  readonly smsSendOptions?: {
    /** Whether to request a delivery report for each recipient. By default, `false`. */
    readonly enableDeliveryReport?: boolean | undefined;
    /** A custom tag, returned in delivery reports. */
    readonly tag?: string | undefined;
    /** Seconds to wait for a delivery report, after which it says that delivery failed. */
    readonly deliveryReportTimeoutInSeconds?: number | undefined;
    /** Sends the message through a partner of Messaging Connect. */
    readonly messagingConnect?: {
      /** Name of the partner. */
      readonly partner: string;
      /** What the partner requires, such as `apiKey`. Never stored or logged. */
      readonly partnerParams?: {
        readonly [name: string]: unknown;
      } | undefined;
      /** Instead of `partnerParams` with an `apiKey` only. */
      readonly apiKey?: string | undefined;
    } | undefined;
  } | undefined;
}

/** A typing notification to send. */
export interface SendTypingNotificationRequest {
  /** Display name of the user who is typing. */
  readonly senderDisplayName?: string | undefined;
}

/** An SMS batch. */
export interface SmsBatch {
  /** Id of the batch. Absent in the response to a dry run. */
  readonly id?: string | undefined;
  /** State of the batch. */
  readonly state: 'scheduled' | 'running' | 'completed' | 'canceled' | 'failed';
  /** The sender. */
  readonly from: string;
  /** When the batch was submitted. */
  readonly createdOn: string;
  /** When the first message is scheduled to be sent. */
  readonly sendAt?: string | undefined;
  /** When the last recipient was processed. */
  readonly completedOn?: string | undefined;
  /** When the last message is expected to be sent, at the sender’s rate. */
  readonly estimatedCompletionOn?: string | undefined;
  /** Recipients per minute at which this batch is sent. */
  readonly ratePerMinute: number;
  /** Number of recipients by state. */
  readonly counts: {
    /** All recipients. */
    readonly total: number;
    /** Not sent yet. */
    readonly pending: number;
    /** Accepted by ACS. */
    readonly accepted: number;
    /** Rejected by ACS, or not allowed for the client. */
    readonly failed: number;
    /** Possibly sent: ACS’s response was lost. */
    readonly inDoubt: number;
    /** Not sent, because the recipient has opted out. */
    readonly optedOut: number;
    /** Not sent, because the batch was canceled. */
    readonly canceled: number;
    /** Delivered, according to delivery reports so far. */
    readonly delivered: number;
    /** Not delivered, according to delivery reports so far. */
    readonly undelivered: number;
  };
  /** Message segments of the batch. */
  readonly segments: {
    /** Encoding of the messages. `UCS-2` if any message requires it. */
    readonly encoding: 'GSM-7' | 'UCS-2';
    /** Message segments of all recipients together, for which you are charged. */
    readonly total: number;
    /** Segments of the longest message. */
    readonly perMessageMaximum: number;
  };
  /** Recipients that were submitted more than once and are sent one message. */
  readonly duplicates: number;
  /** Recipients that cannot be sent to. */
  readonly invalid: {
    /** Number of invalid recipients. */
    readonly count: number;
    /** The first invalid recipients. */
    readonly first: readonly {
      /** Line in the CSV, or position in the list, starting at 1. */
      readonly line: number;
      /** The value that was submitted. */
      readonly value: string;
      /** Why it is invalid. */
      readonly reason: string;
    }[];
  };
  /** Recipients for whom a placeholder of the message is empty. They are sent the message nonetheless. */
  readonly emptyPlaceholders?: {
    /** Number of recipients with at least one empty placeholder. */
    readonly count: number;
    /** The first such recipients. */
    readonly first: readonly {
      /** Line in the CSV. */
      readonly line: number;
      /** Name of the first placeholder that is empty. */
      readonly placeholder: string;
    }[];
  } | undefined;
  /** Why the batch failed, or why Switchboard canceled it. */
  readonly reason?: string | undefined;
}

/** A page of batches. */
export interface SmsBatchPage {
  /** The batches on this page. */
  readonly value: readonly SmsBatch[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
}

/** The result for one recipient of a batch. */
export interface SmsBatchResult {
  /** Phone number of the recipient. */
  readonly to: string;
  /** State of the message to this recipient. */
  readonly state: 'pending' | 'accepted' | 'failed' | 'inDoubt' | 'optedOut' | 'canceled';
  /** ACS’s id of the message. */
  readonly messageId?: string | undefined;
  /** ACS’s HTTP status for this recipient. */
  readonly httpStatusCode?: number | undefined;
  /** Why the message was not accepted. */
  readonly errorMessage?: string | undefined;
  /** The delivery report, once it has arrived. */
  readonly delivery?: {
    /** Delivery status. */
    readonly status: 'Delivered' | 'Failed';
    /** Details of the delivery status. */
    readonly details: string;
    /** When the delivery report was received. */
    readonly receivedOn: string;
  } | undefined;
}

/** A page of results, in the order of submission. May have fewer items although more pages follow. */
export interface SmsBatchResultPage {
  /** The results on this page. */
  readonly value: readonly SmsBatchResult[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
}

/** The delivery status of an SMS message. */
export interface SmsDeliveryReport {
  /** Id of the message. */
  readonly messageId: string;
  /** The sender. */
  readonly from: string;
  /** Phone number of the recipient. */
  readonly to: string;
  /** Delivery status; `Pending` until a delivery report arrives. */
  readonly deliveryStatus: 'Pending' | 'Delivered' | 'Failed';
  /** Details of the delivery status. */
  readonly deliveryStatusDetails?: string | undefined;
  /** The newest attempts to deliver the message. */
  readonly deliveryAttempts?: readonly {
    /** When delivery was attempted. */
    readonly timestamp: string;
    /** Message segments that were delivered. */
    readonly segmentsSucceeded: number;
    /** Message segments that were not delivered. */
    readonly segmentsFailed: number;
  }[] | undefined;
  /** When the delivery report was received. */
  readonly receivedTimestamp?: string | undefined;
  /** The tag from the request. */
  readonly tag?: string | undefined;
  /** Id of the message at the partner of Messaging Connect, if ACS reports it. */
  readonly messagingConnectPartnerMessageId?: string | undefined;
}

/** An opt-out from a sender. */
export interface SmsOptOut {
  /** The sender. */
  readonly from: string;
  /** Phone number of the recipient who has opted out of messages from the sender. */
  readonly to: string;
  /** When the recipient opted out. */
  readonly optedOutOn: string;
}

/** Whether each recipient has opted out. */
export interface SmsOptOutCheckResult {
  /** One result for each recipient. */
  readonly value: readonly {
    /** Phone number of the recipient. */
    readonly to: string;
    /** HTTP status for this recipient; 200 if it succeeded. */
    readonly httpStatusCode: number;
    /** Why it failed: a message of ACS, or `DestinationNotAllowed`. */
    readonly errorMessage?: string | null | undefined;
    /** Whether the recipient has opted out, as ACS or Switchboard knows. Absent if neither does. */
    readonly isOptedOut?: boolean | null | undefined;
    readonly [name: string]: unknown;
  }[];
  readonly [name: string]: unknown;
}

/** A page of opt-outs. */
export interface SmsOptOutPage {
  /** The opt-outs on this page. */
  readonly value: readonly SmsOptOut[];
  /** URL of the next page. Absent on the last page. */
  readonly nextLink?: string | undefined;
}

/** A sender, and recipients of its messages. */
export interface SmsOptOutRequest {
  /** The sender that the recipients opt out of or back in to. */
  readonly from: string;
  /** The recipients. */
  readonly recipients: readonly {
    /** Phone number of the recipient in E.164 format. */
    readonly to: string;
  }[];
}

/** The result for each recipient of a change of opt-outs. */
export interface SmsOptOutResult {
  /** One result for each recipient. */
  readonly value: readonly {
    /** Phone number of the recipient. */
    readonly to: string;
    /** HTTP status for this recipient; 200 if it succeeded. */
    readonly httpStatusCode: number;
    /** Why it failed: a message of ACS, or `DestinationNotAllowed`. */
    readonly errorMessage?: string | null | undefined;
    readonly [name: string]: unknown;
  }[];
  readonly [name: string]: unknown;
}

/** The result for each recipient of an SMS message. */
export interface SmsSendResult {
  /** One result for each recipient. */
  readonly value: readonly {
    /** Phone number of the recipient. */
    readonly to: string;
    /** Id of the message. Absent if it was not accepted. */
    readonly messageId?: string | null | undefined;
    /** HTTP status for this recipient; 202 if the message was accepted. */
    readonly httpStatusCode: number;
    /** Whether ACS accepted the message for this recipient. */
    readonly successful: boolean;
    /** ACS’s result of its check for a repeated request. */
    readonly repeatabilityResult?: string | null | undefined;
    /**
     * Why the message was not accepted: a message of ACS, or `OptedOut`, `DestinationNotAllowed` or
     * `ClientLimitExceeded`.
     */
    readonly errorMessage?: string | null | undefined;
    readonly [name: string]: unknown;
  }[];
  readonly [name: string]: unknown;
}

/** Query parameters of `submitSmsBatch`. */
export interface SubmitSmsBatchQuery {
  /** If `true`, the batch is validated and its counts are returned, but nothing is stored or sent. */
  readonly dryRun?: boolean | undefined;
  /** The sender: a phone number of the ACS resource in E.164 format, a short code, or a sender ID. */
  readonly from?: string | undefined;
  /**
   * Content of the message. With CSV recipients, `{{column}}` is replaced with the recipient’s value in that column.
   */
  readonly message?: string | undefined;
  /** When to send the first message, at most 7 days ahead. By default, immediately. */
  readonly sendAt?: string | undefined;
  /** Country of phone numbers without a country code (ISO 3166, such as `US`). */
  readonly defaultCountry?: string | undefined;
}

/** An SMS message for many recipients: exactly one of `recipients`, `smsRecipients` and `csv`. */
export interface SubmitSmsBatchRequest {
  /** The sender: a phone number of the ACS resource in E.164 format, a short code, or a sender ID. */
  readonly from: string;
  /**
   * Content of the message. With CSV recipients, `{{column}}` is replaced with the recipient’s value in that column.
   */
  readonly message: string;
  /** Phone numbers of the recipients. */
  readonly recipients?: readonly string[] | undefined;
  /** The recipients, as in `sendSms`. */
  readonly smsRecipients?: readonly {
    /** Phone number of the recipient. */
    readonly to: string;
  }[] | undefined;
  /** The recipients as CSV. The column `to` has the phone numbers; other columns fill placeholders of the message. */
  readonly csv?: string | undefined;
  /** Options for sending the message. */
  readonly smsSendOptions?: {
    /** Whether to request a delivery report for each recipient. By default, `false`. */
    readonly enableDeliveryReport?: boolean | undefined;
    /** A custom tag, returned in delivery reports. */
    readonly tag?: string | undefined;
    /** Seconds to wait for a delivery report, after which it says that delivery failed. */
    readonly deliveryReportTimeoutInSeconds?: number | undefined;
    /** Not available for batches. */
    readonly messagingConnect?: never | undefined;
  } | undefined;
  /** When to send the first message, at most 7 days ahead. By default, immediately. */
  readonly sendAt?: string | undefined;
  /** Country of phone numbers without a country code (ISO 3166, such as `US`). */
  readonly defaultCountry?: string | undefined;
}

/** A Teams user’s token to exchange. */
export interface TeamsUserExchangeTokenRequest {
  /** Entra ID access token of the Teams user. */
  readonly token: string;
  /** Client id of the Entra ID application, as in the token’s claim `appid`. */
  readonly appId: string;
  /** Object id of the Teams user, as in the token’s claim `oid`. */
  readonly userId: string;
}

/** What changes in a chat message. A member that is absent or null keeps its value. */
export interface UpdateChatMessageRequest {
  /** New content of the message, at most 28 KB of UTF-8. */
  readonly content?: string | undefined;
  /** New additional properties of the message, at most 1 KB in total. Those left out may be lost. */
  readonly metadata?: {
    readonly [name: string]: string;
  } | undefined;
}

/** What changes in a chat thread. A member that is absent or null keeps its value. */
export interface UpdateChatThreadRequest {
  /** New topic of the thread. */
  readonly topic?: string | undefined;
  /** Additional properties to add or to change, at most 1 KB in total. All others remain. */
  readonly metadata?: {
    readonly [name: string]: string;
  } | undefined;
  /** When the thread is deleted automatically. */
  readonly retentionPolicy?: {
    /** The thread is not deleted automatically. */
    readonly kind: 'none';
  } | {
    /** The thread is deleted some days after its creation. */
    readonly kind: 'threadCreationDate';
    /** Days from the creation of the thread to its deletion. */
    readonly deleteThreadAfterDays: number;
  } | undefined;
}

/** Limits of a client and their usage. */
export interface Usage {
  /** Name of the client. */
  readonly client: string;
  /** The limits of the client. Anything not listed is unlimited. */
  readonly limits: readonly {
    /** Name of the limit. Messages are counted per recipient. */
    readonly limit:
      | 'requestsPerMinute'
      | 'smsPerMinute'
      | 'smsPerDay'
      | 'emailsPerMinute'
      | 'emailsPerDay'
      | 'batchRecipients'
      | 'perRecipientPerDay';
    /** The limit. */
    readonly maximum: number;
    /** How much of the limit is used. Only for limits per minute or per day. */
    readonly used?: number | undefined;
    /** How much of the limit remains. */
    readonly remaining?: number | undefined;
    /** Seconds until the full limit is available again. */
    readonly resetSeconds?: number | undefined;
  }[];
}

/** Returns whether this instance can serve requests. */
export type HealthResult = {
  /** Whether the settings are valid. */
  readonly status: 'healthy';
} | {
  /** Whether the settings are valid. */
  readonly status: 'unhealthy';
};

/** Returns whether this instance, storage and ACS work. The response to a signed request lists all checks. */
export type ReadinessResult = {
  /** Whether all checks pass. */
  readonly status: 'ready';
  /** The checks. Only in the response to a signed request. */
  readonly checks?: readonly {
    /** What was checked, such as `queues` or `ACS`. */
    readonly name: string;
    /** Result of the check. */
    readonly status: 'ok' | 'warning' | 'failed';
    /** The problem, unless the result is `ok`. */
    readonly message?: string | undefined;
    /** Duration of the check. */
    readonly milliseconds: number;
  }[] | undefined;
} | {
  /** Whether all checks pass. */
  readonly status: 'unready';
  /** The checks. Only in the response to a signed request. */
  readonly checks?: readonly {
    /** What was checked, such as `queues` or `ACS`. */
    readonly name: string;
    /** Result of the check. */
    readonly status: 'ok' | 'warning' | 'failed';
    /** The problem, unless the result is `ok`. */
    readonly message?: string | undefined;
    /** Duration of the check. */
    readonly milliseconds: number;
  }[] | undefined;
};

/** Requests and results by operation. */
export interface Operations {
  /** Adds participants to a thread. The response lists those who could not be added. */
  readonly addChatParticipants: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body: AddChatParticipantsRequest };
    readonly result: AddChatParticipantsResult;
  };
  /** Opts recipients out of a sender, at ACS and in Switchboard. The response has a result for each. */
  readonly addSmsOptOuts: {
    readonly request: { readonly body: SmsOptOutRequest };
    readonly result: SmsOptOutResult;
  };
  /** Cancels a batch. Messages that are already being sent are not recalled. */
  readonly cancelSmsBatch: {
    readonly request: { readonly path: { readonly id: string; } };
    readonly result: SmsBatch;
  };
  /** Returns for each recipient whether ACS or Switchboard knows that it has opted out of a sender. */
  readonly checkSmsOptOuts: {
    readonly request: { readonly body: SmsOptOutRequest };
    readonly result: SmsOptOutCheckResult;
  };
  /** Creates a thread. The response lists participants who could not be added. */
  readonly createChatThread: {
    readonly request: { readonly body: CreateChatThreadRequest };
    readonly result: CreateChatThreadResult;
  };
  /** Creates an identity. If scopes are given, also issues an access token. */
  readonly createIdentity: {
    readonly request: { readonly body?: CreateIdentityRequest | undefined };
    readonly result: IdentityResult;
  };
  /** Deletes a message that the acting user has sent. */
  readonly deleteChatMessage: {
    readonly request: { readonly path: { readonly chatThreadId: string; readonly chatMessageId: string; } };
    readonly result: undefined;
  };
  /** Deletes a thread for all of its participants. */
  readonly deleteChatThread: {
    readonly request: { readonly path: { readonly chatThreadId: string; } };
    readonly result: undefined;
  };
  /** Deletes an identity and revokes its tokens. Succeeds even if the identity does not exist. */
  readonly deleteIdentity: {
    readonly request: { readonly path: { readonly id: string; } };
    readonly result: undefined;
  };
  /** Exchanges a Teams user’s Entra ID token for an access token of ACS. */
  readonly exchangeTeamsUserAccessToken: {
    readonly request: { readonly body: TeamsUserExchangeTokenRequest };
    readonly result: AccessToken;
  };
  /** Returns a message of a thread. A deleted message has `deletedOn` and empty content. */
  readonly getChatMessage: {
    readonly request: { readonly path: { readonly chatThreadId: string; readonly chatMessageId: string; } };
    readonly result: ChatMessage;
  };
  /** Returns a thread of the acting user. */
  readonly getChatThread: {
    readonly request: { readonly path: { readonly chatThreadId: string; } };
    readonly result: ChatThread;
  };
  /** Returns an email message’s status. If sending failed, that is a 200 with the status Failed. */
  readonly getEmailOperation: {
    readonly request: { readonly path: { readonly operationId: string; } };
    readonly result: EmailOperationStatus;
  };
  /** Returns a batch’s state, counts and estimated completion time. */
  readonly getSmsBatch: {
    readonly request: { readonly path: { readonly id: string; } };
    readonly result: SmsBatch;
  };
  /** Returns a message’s delivery status, if it was sent with delivery reports enabled. */
  readonly getSmsDeliveryReport: {
    readonly request: { readonly path: { readonly messageId: string; } };
    readonly result: SmsDeliveryReport;
  };
  /** Returns the client’s limits and how much of each it has used. */
  readonly getUsage: {
    readonly request: Readonly<Record<string, never>>;
    readonly result: Usage;
  };
  /** Issues an access token for an identity. */
  readonly issueAccessToken: {
    readonly request: { readonly path: { readonly id: string; }; readonly body: IssueAccessTokenRequest };
    readonly result: AccessToken;
  };
  /** Lists the client’s audit entries, newest first; for an operator, those of all clients. */
  readonly listAuditEntries: {
    readonly request: { readonly query?: ListAuditEntriesQuery | undefined };
    readonly result: AuditEntryPage;
  };
  /** Lists a thread’s messages by page, newest first. */
  readonly listChatMessages: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly query?: ListChatMessagesQuery | undefined };
    readonly result: ChatMessagePage;
  };
  /** Lists a thread’s participants by page. */
  readonly listChatParticipants: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly query?: ListChatParticipantsQuery | undefined };
    readonly result: ChatParticipantPage;
  };
  /** Lists the acting user’s threads by page. */
  readonly listChatThreads: {
    readonly request: { readonly query?: ListChatThreadsQuery | undefined };
    readonly result: ChatThreadPage;
  };
  /** Lists by page which message each participant of a thread has read last. */
  readonly listReadReceipts: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly query?: ListReadReceiptsQuery | undefined };
    readonly result: ReadReceiptPage;
  };
  /** Lists a batch’s recipients and their results by page, in JSON or CSV. */
  readonly listSmsBatchResults: {
    readonly request: { readonly path: { readonly id: string; }; readonly query?: ListSmsBatchResultsQuery | undefined };
    readonly result: SmsBatchResultPage;
  };
  /** Lists the client’s batches by page, newest first. */
  readonly listSmsBatches: {
    readonly request: { readonly query?: ListSmsBatchesQuery | undefined };
    readonly result: SmsBatchPage;
  };
  /** Lists the recipients who have opted out of the client’s senders, by page. */
  readonly listSmsOptOuts: {
    readonly request: { readonly query?: ListSmsOptOutsQuery | undefined };
    readonly result: SmsOptOutPage;
  };
  /** Resends the failed messages of a completed batch; those in doubt only on request. */
  readonly redriveSmsBatch: {
    readonly request: { readonly path: { readonly id: string; }; readonly body?: RedriveSmsBatchRequest | undefined };
    readonly result: SmsBatch;
  };
  /** Removes a participant from a thread. The body is the participant’s identifier. */
  readonly removeChatParticipant: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body: CommunicationIdentifier };
    readonly result: undefined;
  };
  /** Opts recipients back in to a sender, at ACS and in Switchboard. The response has a result for each. */
  readonly removeSmsOptOuts: {
    readonly request: { readonly body: SmsOptOutRequest };
    readonly result: SmsOptOutResult;
  };
  /** Revokes all access tokens of an identity. */
  readonly revokeAccessTokens: {
    readonly request: { readonly path: { readonly id: string; } };
    readonly result: undefined;
  };
  /** Sends a message to one of the acting user’s threads. */
  readonly sendChatMessage: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body: SendChatMessageRequest };
    readonly result: SendChatMessageResult;
  };
  /** Sends an email message and tracks it until its final status. */
  readonly sendEmail: {
    readonly request: { readonly body: EmailMessage };
    readonly result: EmailOperationStatus;
  };
  /** Marks the messages of a thread up to this one as read by the acting user. */
  readonly sendReadReceipt: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body: SendReadReceiptRequest };
    readonly result: undefined;
  };
  /** Sends an SMS message to 1–100 recipients. The response has a result for each. */
  readonly sendSms: {
    readonly request: { readonly body: SendSmsRequest };
    readonly result: SmsSendResult;
  };
  /** Shows the other participants of a thread that the acting user is typing. */
  readonly sendTypingNotification: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body?: SendTypingNotificationRequest | undefined };
    readonly result: undefined;
  };
  /** Sends an SMS message to up to a million recipients, paced to the sender’s rate. */
  readonly submitSmsBatch: {
    readonly request: { readonly query?: SubmitSmsBatchQuery | undefined; readonly body: SubmitSmsBatchRequest };
    readonly result: SmsBatch;
  };
  /** Edits a message that the acting user has sent. */
  readonly updateChatMessage: {
    readonly request: { readonly path: { readonly chatThreadId: string; readonly chatMessageId: string; }; readonly body: UpdateChatMessageRequest };
    readonly result: undefined;
  };
  /** Changes the topic, the metadata or the retention policy of a thread. What the request does not mention remains. */
  readonly updateChatThread: {
    readonly request: { readonly path: { readonly chatThreadId: string; }; readonly body: UpdateChatThreadRequest };
    readonly result: undefined;
  };
}
// end of generated

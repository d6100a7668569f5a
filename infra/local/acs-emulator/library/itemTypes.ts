// What the emulator's test helpers return: the schemas of inspection/items.ts, as types that need no other package.

// generated: emulator-item-types
export interface ItemSummary {
  readonly channel: 'sms' | 'email' | 'chat' | 'identity' | 'request';
  /** Unique within the channel of a mailbox. The id that ACS returned, if it returned one. */
  readonly id: string;
  /** Rises with every change in the mailbox: the largest one is the latest change. */
  readonly revision: number;
  /** Rises with every new item of the mailbox, of any channel. */
  readonly sequence: number;
  /** When it arrived, by the emulator's clock. */
  readonly at: string;
  /** `received`: an SMS message from a phone to one of your numbers. */
  readonly direction: 'sent' | 'received';
  /** Sender; of a request, the operation; of an identity, empty. */
  readonly from: string;
  /** The sender's display name in a chat message. */
  readonly fromName?: string | undefined;
  /** Recipients; of a chat message, the other participants; of an identity, itself. */
  readonly to: readonly string[];
  /** Subject, topic, or method and path. Empty for SMS messages. */
  readonly subject: string;
  /** The first 200 characters of the text. */
  readonly preview: string;
  /** e.g. `Delivered`, `Bounced`, `edited`, `deleted`; of a request, its status code, `timeout` or `reset`. */
  readonly status: string;
  /** The id of the chat thread. */
  readonly thread?: string | undefined;
}

export interface SmsItem {
  readonly channel: 'sms';
  /** Unique within the channel of a mailbox. The id that ACS returned, if it returned one. */
  readonly id: string;
  /** Rises with every change in the mailbox: the largest one is the latest change. */
  readonly revision: number;
  /** Rises with every new item of the mailbox, of any channel. */
  readonly sequence: number;
  /** When it arrived, by the emulator's clock. */
  readonly at: string;
  /** `received`: an SMS message from a phone to one of your numbers. */
  readonly direction: 'sent' | 'received';
  /** Sender; of a request, the operation; of an identity, empty. */
  readonly from: string;
  /** The sender's display name in a chat message. */
  readonly fromName?: string | undefined;
  /** Recipients; of a chat message, the other participants; of an identity, itself. */
  readonly to: readonly string[];
  /** Subject, topic, or method and path. Empty for SMS messages. */
  readonly subject: string;
  /** The first 200 characters of the text. */
  readonly preview: string;
  /** e.g. `Delivered`, `Bounced`, `edited`, `deleted`; of a request, its status code, `timeout` or `reset`. */
  readonly status: string;
  /** The id of the chat thread. */
  readonly thread?: string | undefined;
  readonly message: string;
  /** One-time codes in the text, e.g. `123456`. */
  readonly codes: readonly string[];
  /** http and https links in the text and the HTML. */
  readonly links: readonly string[];
  readonly segments: {
    readonly count: number;
    readonly encoding: 'GSM-7' | 'UCS-2';
    readonly characters: number;
  };
  readonly delivery: {
    readonly status: string;
    readonly details: string;
    /** Whether the request asked for a delivery report. */
    readonly hasReport: boolean;
    readonly isSetByHand: boolean;
  };
  /** Whether the recipient has now opted out of this sender's messages. */
  readonly isOptedOut: boolean;
  /** `smsSendOptions` of the request. */
  readonly options?: {
    readonly [name: string]: unknown;
  } | undefined;
  /** `repeats`: how often it was sent again under the same id, without effect. */
  readonly repeatability?: {
    readonly requestId: string;
    readonly firstSent: string;
    readonly repeats: number;
  } | undefined;
  /** The newest 100 messages between the two, oldest first. */
  readonly conversation: readonly {
    readonly id: string;
    readonly at: string;
    readonly direction: 'sent' | 'received';
    readonly message: string;
    readonly status: string;
  }[];
}

export interface EmailItem {
  readonly channel: 'email';
  /** Unique within the channel of a mailbox. The id that ACS returned, if it returned one. */
  readonly id: string;
  /** Rises with every change in the mailbox: the largest one is the latest change. */
  readonly revision: number;
  /** Rises with every new item of the mailbox, of any channel. */
  readonly sequence: number;
  /** When it arrived, by the emulator's clock. */
  readonly at: string;
  /** `received`: an SMS message from a phone to one of your numbers. */
  readonly direction: 'sent' | 'received';
  /** Sender; of a request, the operation; of an identity, empty. */
  readonly from: string;
  /** The sender's display name in a chat message. */
  readonly fromName?: string | undefined;
  /** Recipients; of a chat message, the other participants; of an identity, itself. */
  readonly to: readonly string[];
  /** Subject, topic, or method and path. Empty for SMS messages. */
  readonly subject: string;
  /** The first 200 characters of the text. */
  readonly preview: string;
  /** e.g. `Delivered`, `Bounced`, `edited`, `deleted`; of a request, its status code, `timeout` or `reset`. */
  readonly status: string;
  /** The id of the chat thread. */
  readonly thread?: string | undefined;
  readonly plainText?: string | undefined;
  /** As sent. To look at it, open `…/html`, which cannot run or load anything. */
  readonly html?: string | undefined;
  /** One-time codes in the text, e.g. `123456`. */
  readonly codes: readonly string[];
  /** http and https links in the text and the HTML. */
  readonly links: readonly string[];
  readonly headers: {
    readonly [name: string]: string;
  };
  readonly replyTo: readonly string[];
  readonly recipients: readonly {
    readonly kind: 'to' | 'cc' | 'bcc';
    readonly address: string;
    readonly displayName?: string | undefined;
    /** Its status in the delivery report; `Pending` until there is one. */
    readonly status: string;
  }[];
  readonly attachments: readonly {
    readonly index: number;
    readonly name: string;
    readonly contentType: string;
    readonly contentId?: string | undefined;
    readonly sizeBytes: number;
  }[];
  readonly operation: {
    readonly status: 'NotStarted' | 'Running' | 'Succeeded' | 'Failed' | 'NotFound';
    readonly error: {
      readonly code: string;
      readonly message: string;
    } | null;
  };
  /** How often it was sent again under the same `Operation-Id`, without effect. */
  readonly repeats: number;
}

export interface ChatItem {
  readonly channel: 'chat';
  /** Unique within the channel of a mailbox. The id that ACS returned, if it returned one. */
  readonly id: string;
  /** Rises with every change in the mailbox: the largest one is the latest change. */
  readonly revision: number;
  /** Rises with every new item of the mailbox, of any channel. */
  readonly sequence: number;
  /** When it arrived, by the emulator's clock. */
  readonly at: string;
  /** `received`: an SMS message from a phone to one of your numbers. */
  readonly direction: 'sent' | 'received';
  /** Sender; of a request, the operation; of an identity, empty. */
  readonly from: string;
  /** The sender's display name in a chat message. */
  readonly fromName?: string | undefined;
  /** Recipients; of a chat message, the other participants; of an identity, itself. */
  readonly to: readonly string[];
  /** Subject, topic, or method and path. Empty for SMS messages. */
  readonly subject: string;
  /** The first 200 characters of the text. */
  readonly preview: string;
  /** e.g. `Delivered`, `Bounced`, `edited`, `deleted`; of a request, its status code, `timeout` or `reset`. */
  readonly status: string;
  /** The id of the chat thread. */
  readonly thread?: string | undefined;
  /** One-time codes in the text, e.g. `123456`. */
  readonly codes: readonly string[];
  /** http and https links in the text and the HTML. */
  readonly links: readonly string[];
  /** Absent if the item is a thread that has no messages. */
  readonly message?: {
    readonly id: string;
    readonly type: 'text' | 'html' | 'topicUpdated' | 'participantAdded' | 'participantRemoved';
    readonly at: string;
    /** The raw id; absent in system messages. */
    readonly sender?: string | undefined;
    readonly senderDisplayName?: string | undefined;
    /** Of a system message: the topic, or the participants separated by commas. */
    readonly content: string;
    readonly metadata?: {
      readonly [name: string]: string;
    } | undefined;
    readonly editedOn?: string | undefined;
    readonly deletedOn?: string | undefined;
  } | undefined;
  readonly conversation: {
    readonly id: string;
    readonly topic: string;
    readonly createdOn: string;
    readonly deletedOn?: string | undefined;
    readonly participants: readonly {
      readonly id: string;
      readonly displayName?: string | undefined;
    }[];
    /** The newest 500, oldest first. */
    readonly messages: readonly {
      readonly id: string;
      readonly type: 'text' | 'html' | 'topicUpdated' | 'participantAdded' | 'participantRemoved';
      readonly at: string;
      /** The raw id; absent in system messages. */
      readonly sender?: string | undefined;
      readonly senderDisplayName?: string | undefined;
      /** Of a system message: the topic, or the participants separated by commas. */
      readonly content: string;
      readonly metadata?: {
        readonly [name: string]: string;
      } | undefined;
      readonly editedOn?: string | undefined;
      readonly deletedOn?: string | undefined;
    }[];
    readonly receipts: readonly {
      readonly reader: string;
      readonly messageId: string;
      readonly at: string;
    }[];
    /** Who sent a typing notification in the last 8 seconds. */
    readonly typing: readonly {
      readonly id: string;
      readonly displayName?: string | undefined;
      readonly at: string;
    }[];
  };
}
// end of generated

/// <reference lib="esnext.disposable" preserve="true" />
import { createCertificate } from '../certificate.ts';
import { checkOptions } from './checkOptions.ts';
import { DEFAULT_MAILBOX } from './context.ts';
import type { Fault } from './http/fault.ts';
import { createMailbox } from './library/connect.ts';
import { InspectionApi } from './library/inspectionApi.ts';
import { type AcsMailbox, createMailboxHelpers } from './library/mailbox.ts';
import type { Quotas } from './quotas/quotas.ts';
import { startEmulator } from './server.ts';
import { createAccessKey } from './state/accessKeys.ts';

export interface AcsEmulatorOptions {
  /** 0 or absent: any free port. */
  readonly ports?: { readonly http?: number; readonly https?: number };
  /** As `PUT /_emulator/quotas` takes them. */
  readonly quotas?: Quotas;
  /** As `PUT /_emulator/faults` takes them. */
  readonly faults?: readonly Fault[];
  /**
   * The resource's time; default: this machine's. Like ACS, the emulator refuses requests that were signed more than 5 minutes
   * away from it.
   */
  readonly clock?: () => Date;
  /** The only SMS senders that the resource owns; default: every well-formed sender. */
  readonly senders?: readonly string[];
  /** Base64: primary, secondary; default: a primary key of random bytes. */
  readonly accessKeys?: readonly [primary: string, secondary?: string];
  /** Time from accepting an email message to `Succeeded`; default 3000. */
  readonly emailSettleMilliseconds?: number;
  /**
   * Receives the events of the resource: delivery reports and incoming SMS messages. If it throws or rejects, the event is
   * sent again later. Default: no events.
   */
  readonly onEvent?: (event: EventGridEvent) => unknown;
  /** Time from a change to its event; default 200. */
  readonly eventDelayMilliseconds?: number;
  /** How many items of each channel a mailbox keeps; older ones are removed. Default 10,000. */
  readonly maximumItems?: number;
  /** Folder that keeps the state between starts, of one emulator at a time; default: in memory. */
  readonly dataDirectory?: string;
  /** Host names, without port, under which it can be called besides localhost, 127.0.0.1 and [::1]. */
  readonly allowedHosts?: readonly string[];
  /** Receives one line per request, without secrets and personal data. */
  readonly log?: (line: string) => void;
}

/** @see https://learn.microsoft.com/azure/event-grid/event-schema */
export interface EventGridEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  /** e.g. `Microsoft.Communication.SMSDeliveryReportReceived` */
  readonly eventType: string;
  readonly eventTime: string;
  readonly dataVersion: string;
  readonly metadataVersion: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A mailbox of an emulator in this process. */
export interface LocalAcsMailbox extends AcsMailbox {
  /** For `tlsUrl`, in other respects like `connectionString`. */
  readonly tlsConnectionString: string;
}

/** An emulator in this process, with the methods of its default mailbox. */
export interface AcsEmulator extends LocalAcsMailbox {
  /** `http://127.0.0.1:<port>`: the outbox page, and the API below `/_emulator`. */
  readonly url: string;
  /** `https://127.0.0.1:<port>` */
  readonly tlsUrl: string;
  /** PEM certificate that clients of `tlsUrl` must trust. */
  readonly ca: string;
  /**
   * Creates a mailbox with a key of its own, e.g. for one of several tests that run at the same time. Its `close` deletes it.
   *
   * @param name default: a random one
   * @throws AcsEmulatorError if the name is invalid or taken, or there are as many mailboxes as there can be
   */
  createMailbox(name?: string): Promise<LocalAcsMailbox>;
  /** Sends the events that are due by the emulator's clock. It also does so by itself. */
  deliverDueEvents(): Promise<void>;
  /**
   * Stops it; resolves once requests in progress are answered and the ports are free, or after 4 s if a client or `onEvent`
   * does not end. Can be called again.
   */
  close(): Promise<void>;
}

/**
 * Starts an emulator of Azure Communication Services on 127.0.0.1, in this process. Any number of them can run at once.
 *
 * @throws TypeError that names the option that cannot be used
 * @throws Error with the code `EADDRINUSE` if a port is in use
 */
export async function startAcsEmulator(options: AcsEmulatorOptions = {}): Promise<AcsEmulator> {
  const checked = checkOptions(options);
  const { ports, clock, onEvent, accessKeys = [createAccessKey()] } = options;
  const { cert, key } = await createCertificate();
  const emulator = await startEmulator({
    ...options,
    ...checked,
    ...{ port: ports?.http ?? 0, tlsPort: ports?.https ?? 0, tls: { cert, key }, accessKeys },
    ...(clock && { now: clock }),
    ...(onEvent && { events: async (event: string) => void (await onEvent(JSON.parse(event))) }),
  });
  const { url, tlsUrl = '', connectionString, deliverDueEvents } = emulator;
  const api = new InspectionApi(url);
  const close = () => {
    api.close();
    return emulator.close();
  };
  const withTls = <Mailbox extends AcsMailbox>(mailbox: Mailbox) => ({
    ...mailbox,
    tlsConnectionString: mailbox.connectionString.replace(url, tlsUrl),
  });
  return {
    ...withTls(createMailboxHelpers(api, { name: DEFAULT_MAILBOX, connectionString, close })),
    ...{ url, tlsUrl, ca: cert, deliverDueEvents },
    createMailbox: async (name) => withTls(await createMailbox(api, name)),
  };
}

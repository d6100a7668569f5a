import type { EventStorage } from './events/storageQueue.ts';

export interface EmulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  /** The https port when `tls` is given; any free one without it. */
  readonly tlsPort?: number;
  /** PEM texts; with them the emulator listens on https too. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Host names, without port, under which it may be called besides localhost, 127.0.0.1 and [::1]. */
  readonly allowedHosts?: readonly string[];
  /** Base64: primary, secondary. */
  readonly accessKeys: readonly [primary: string, secondary?: string];
  /** Where the state is kept between starts; without it, only in memory. */
  readonly dataDirectory?: string;
  /** Gets one line for each request, without secrets and personal data. */
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
  /** How long an e-mail takes from its 202 to `Succeeded`; 3000 without it. */
  readonly emailSettleMilliseconds?: number;
  /** The only senders of SMS that the resource owns; without it, every well-formed one. */
  readonly senders?: readonly string[];
  /** Where events go, as through Event Grid: a storage queue, or what takes their texts; without it, there are none. */
  readonly events?: EventStorage | ((text: string) => Promise<void>);
  /** How long an event takes from what it is about; 200 without it. */
  readonly eventDelayMilliseconds?: number;
}

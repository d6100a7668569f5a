import { randomUUID } from 'node:crypto';
import type { SigningKey } from '../../../shared/signing/sign.ts';
import { type Context, DEFAULT_MAILBOX, type MailboxRegistry } from './context.ts';
import { type EventStorage, queueSender } from './events/eventDelivery.ts';
import { acsError, badRequest } from './http/serviceError.ts';
import { tokenKeyOf } from './identity/accessTokens.ts';
import { openResource, type Resource, type ResourceOptions, type SharedOptions } from './openResource.ts';
import { createAccessKey } from './state/accessKeys.ts';

export interface MailboxesOptions extends SharedOptions {
  /** Base64: primary, secondary; those of the default mailbox. */
  readonly accessKeys: readonly [primary: string, secondary?: string];
  /** Where the default mailbox is stored between starts; in memory if absent. Other mailboxes are always in memory. */
  readonly dataDirectory?: string;
  /** Where events are sent, as by Event Grid: a storage queue or a function. No events if absent. */
  readonly events?: EventStorage | ((event: string) => Promise<void>);
}

/** Besides the default one. */
const MAXIMUM_MAILBOXES = 1000;

/** Not `.` or `..`, which cannot be a segment of a path. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;

/** At most this many names are listed in an error message. */
const NAMES_SHOWN = 20;

/** The mailboxes of an emulator. Each is a resource of its own; only the default one is stored between starts. */
export class Mailboxes implements MailboxRegistry {
  readonly #options: Omit<ResourceOptions, 'mailbox' | 'accessKeys' | 'mailboxes'>;
  readonly #resources = new Map<string, Resource>();
  /** Names of mailboxes that are being created. */
  readonly #reserved = new Set<string>();
  readonly #byResourceId = new Map<string, Context>();

  private constructor(options: MailboxesOptions) {
    const { accessKeys: _, dataDirectory, events, ...shared } = options;
    const sendEvent = events === undefined || typeof events === 'function' ? events : queueSender(events);
    this.#options = { ...shared, sendEvent, tokenKey: tokenKeyOf(dataDirectory) };
  }

  /**
   * Opens the default mailbox in its stored state.
   *
   * @throws TypeError if an access key is not base64
   * @throws Error if the stored state is damaged
   */
  static async open(options: MailboxesOptions): Promise<Mailboxes> {
    const mailboxes = new Mailboxes(options);
    const { accessKeys, dataDirectory } = options;
    await mailboxes.#open({ mailbox: DEFAULT_MAILBOX, accessKeys, dataDirectory });
    return mailboxes;
  }

  get default(): Context {
    return this.find(DEFAULT_MAILBOX);
  }

  /** @throws ServiceError 404 that lists the mailboxes */
  find(name: string): Context {
    const resource = this.#resources.get(name);
    if (resource) return resource.context;
    const names = [...this.#resources.keys()];
    const more = names.length > NAMES_SHOWN ? `, … (${names.length})` : '';
    const existing = `${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
    throw acsError(404, 'NotFound', `There is no such mailbox. Mailboxes: ${existing}.`, { target: 'mailbox' });
  }

  /** Returns the mailbox of a resource; the default one if there is no such resource. */
  ofResource(resourceId: string | undefined): Context {
    return this.#byResourceId.get(resourceId ?? '') ?? this.default;
  }

  /** Returns the keys of all mailboxes; a key and its mailbox have the same index. */
  keys(): { readonly keys: readonly SigningKey[]; readonly contexts: readonly Context[] } {
    if (this.#resources.size === 1) {
      const { signingKeys: keys } = this.default.accessKeys;
      return { keys, contexts: keys.map(() => this.default) };
    }
    const owned = this.list().flatMap((context) => context.accessKeys.signingKeys.map((key) => ({ key, context })));
    return { keys: owned.map(({ key }) => key), contexts: owned.map(({ context }) => context) };
  }

  readonly list = (): readonly Context[] => Array.from(this.#resources.values(), ({ context }) => context);

  readonly create = async (name = `mailbox-${randomUUID().slice(0, 13)}`): Promise<Context> => {
    if (!NAME.test(name)) {
      throw badRequest('name', 'name: must have 1 to 64 letters, digits, dots, underscores and hyphens');
    }
    if (this.#resources.has(name) || this.#reserved.has(name)) {
      throw acsError(409, 'MailboxExists', `There already is a mailbox ${name}.`, { target: 'name' });
    }
    if (this.#resources.size + this.#reserved.size > MAXIMUM_MAILBOXES) {
      throw acsError(409, 'TooManyMailboxes', `There are ${MAXIMUM_MAILBOXES} mailboxes already. Delete some.`);
    }
    const context = await this.#open({ mailbox: name, accessKeys: [createAccessKey()] });
    this.#announce();
    return context;
  };

  readonly delete = async (name: string): Promise<void> => {
    const { resourceId, reset } = this.find(name);
    if (name === DEFAULT_MAILBOX) throw acsError(409, 'MailboxRequired', 'The default mailbox cannot be deleted.');
    const resource = this.#resources.get(name);
    this.#resources.delete(name);
    this.#byResourceId.delete(resourceId);
    reset(); // no event is sent any more
    this.#announce();
    await resource?.close();
  };

  async deliverDueEvents(): Promise<void> {
    await Promise.all(this.list().map((context) => context.deliverDueEvents()));
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#resources.values(), (resource) => resource.close()));
  }

  #announce(): void {
    for (const { outbox } of this.list()) outbox.announce({ what: 'mailboxes' });
  }

  async #open(own: Pick<ResourceOptions, 'mailbox' | 'accessKeys' | 'dataDirectory'>): Promise<Context> {
    this.#reserved.add(own.mailbox);
    try {
      const resource = await openResource({ ...this.#options, ...own, mailboxes: this });
      this.#resources.set(own.mailbox, resource);
      this.#byResourceId.set(resource.context.resourceId, resource.context);
      return resource.context;
    } finally {
      this.#reserved.delete(own.mailbox);
    }
  }
}

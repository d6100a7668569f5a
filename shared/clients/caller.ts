import { userOf } from '../acs/userToken.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Meter } from '../limits/meter.ts';
import { type Client, maySendFrom } from './clients.ts';

/** An authenticated client or, for chat only, a user with an ACS token. */
export type Caller = ClientCaller | UserCaller;

export interface ClientCaller {
  readonly kind: 'client';
  readonly client: Client;
  /** The ACS user to act as in chat; the client's own user if undefined. */
  readonly actingUser: string | undefined;
  /** Counts this call against the client's limits. */
  readonly meter: Meter;
}

export interface UserCaller {
  readonly kind: 'user';
  readonly userToken: string;
}

/** The client's name, for logs and as the owner of records; all users share one name. */
export function callerName(caller: Caller): string {
  return caller.kind === 'client' ? caller.client.name : 'user';
}

/** The first parts of every name derived for a caller. A user and a client with the same name have different scopes. */
export function scopeOf(caller: Caller): readonly string[] {
  return caller.kind === 'client'
    ? ['client', caller.client.name]
    : ['user', userOf(caller.userToken) ?? caller.userToken];
}

/** @throws SwitchboardError `Forbidden` for a user */
export function assertClient(caller: Caller): asserts caller is ClientCaller {
  if (caller.kind !== 'client') throw new SwitchboardError('Forbidden', 'A user token is for chat only.');
}

export function callerMaySendFrom(caller: Caller, sender: string): boolean {
  return caller.kind === 'client' && maySendFrom(caller.client, sender);
}

/** @throws SwitchboardError `Forbidden` for an acting user, if the client's `allow` does not include `actAs` */
export function actorOf({ client, actingUser }: ClientCaller) {
  if (actingUser === undefined) return { client: client.name };
  if (!client.mayActAs) {
    throw new SwitchboardError('Forbidden', `The client '${client.name}' may not act as another user.`, {
      target: 'acting-user',
    });
  }
  return { userId: actingUser };
}

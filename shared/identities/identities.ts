import type { ChatUsers } from '../acs/chatUsers.ts';
import { createIdentity, deleteIdentity, revokeAccessTokens } from '../acs/identity.ts';
import type { AcsSession } from '../acs/session.ts';
import type { UserProofs } from '../acs/userProofs.ts';
import type { Client } from '../clients/clients.ts';
import type { CreateIdentityRequest, IdentityResult } from '../contract/identity.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { encodeKey } from '../storage/rowKeys.ts';
import type { Table, Tables } from '../storage/tables.ts';
import { logFailure } from '../telemetry/failureLog.ts';

/** Identities that clients have created, and which clients may use them. */
export interface Identities {
  /** Creates an identity that belongs to the client. */
  create(acs: AcsSession, client: string, request: CreateIdentityRequest): Promise<IdentityResult>;
  /**
   * A client may use the identities that it created, also after their deletion. With `actAs`, it may use any other except
   * those under which Switchboard acts for clients in chat.
   *
   * @throws SwitchboardError `Forbidden`, the same whether or not the identity exists
   */
  assertMayUse(client: Client, id: string): Promise<void>;
  /** Deletes an identity if it exists. Its tokens are revoked. */
  delete(acs: AcsSession, id: string): Promise<void>;
  /** Revokes the tokens of an identity. Other processes may trust one that they have just verified for a few minutes more. */
  revokeTokens(acs: AcsSession, id: string): Promise<void>;
}

/** The owners of identities. A row lives as long as its identity: without it, the owner could not use it any more. */
export const IDENTITIES_TABLE = 'identities';

/** The former owners of deleted identities, so that a repeated deletion gets the same answer for a while. */
export const DELETED_IDENTITIES_TABLE = 'deletedidentities';

const ROW = 'owner';

/** Of a partition key, in UTF-16 units. @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const MAXIMUM_KEY_LENGTH = 512;

export function createIdentities(
  tables: Tables,
  chatUsers: Pick<ChatUsers, 'isClientIdentity' | 'forgetUser'>,
  userProofs: Pick<UserProofs, 'forgetUser'>,
): Identities {
  const owners = tables.table(IDENTITIES_TABLE);
  const formerOwners = tables.table(DELETED_IDENTITIES_TABLE);
  /** Runs a call that revokes tokens. They are forgotten even if it fails: it may have taken effect. */
  const revoking = async (id: string, call: () => Promise<void>): Promise<void> => {
    try {
      await call();
    } finally {
      chatUsers.forgetUser(id);
      userProofs.forgetUser(id);
    }
  };
  return {
    async create(acs, client, request) {
      const result = await createIdentity(acs, request);
      const { id } = result.identity;
      const isNew = await recordOwner(acs, owners, id, client);
      // An existing row comes from this write: its answer was lost, and the SDK repeated it.
      if (!isNew && (await ownerOf(owners, id)) !== client) throw new Error('ACS returned one id for two identities.');
      return result;
    },
    async assertMayUse(client, id) {
      const owner = await ownerOf(owners, id);
      if (owner === client.name) return;
      if (client.mayActAs) {
        if (owner !== undefined || !(await chatUsers.isClientIdentity(id))) return;
      } else if ((await ownerOf(formerOwners, id)) === client.name) return;
      throw new SwitchboardError('Forbidden', `The client '${client.name}' may not use this identity.`, {
        target: 'id',
      });
    },
    async delete(acs, id) {
      await revoking(id, () => deleteIdentity(acs, id));
      const owner = await ownerOf(owners, id);
      if (owner === undefined) return;
      await formerOwners.insert(encodeKey(id), ROW, { client: owner });
      await owners.remove(encodeKey(id), ROW);
    },
    revokeTokens: (acs, id) => revoking(id, () => revokeAccessTokens(acs, id)),
  };
}

async function ownerOf(table: Table, id: string): Promise<string | undefined> {
  const key = encodeKey(id);
  if (key.length > MAXIMUM_KEY_LENGTH) return undefined; // ACS creates no such ids
  const client = (await table.get(key, ROW))?.values['client'];
  return typeof client === 'string' ? client : undefined;
}

/**
 * Deletes the identity again if its owner cannot be recorded: its id never reaches the client, and could not be used.
 *
 * @returns false if it already has an owner
 */
async function recordOwner(acs: AcsSession, owners: Table, id: string, client: string): Promise<boolean> {
  try {
    return (await owners.insert(encodeKey(id), ROW, { client })) !== undefined;
  } catch (error) {
    await deleteIdentity(acs, id).catch((failure: unknown) =>
      logFailure('An identity whose owner could not be recorded cannot be deleted either', failure),
    );
    throw error;
  }
}

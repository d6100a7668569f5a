import type { CommunicationIdentifier } from '../contract/identifier.ts';

type WireModel = (suffix: string, cloud: string) => Record<string, unknown>;

const teamsUser: WireModel = (userId, cloud) => ({ microsoftTeamsUser: { userId, isAnonymous: false, cloud } });
const teamsApp: WireModel = (appId, cloud) => ({ microsoftTeamsApp: { appId, cloud } });

/**
 * The model and the cloud of a raw id of three parts, by the first two.
 *
 * @see `@azure/communication-common` 2.5.0, `identifierModels`: `createIdentifierFromRawId`
 */
const MODEL_OF_PREFIX: Readonly<Record<string, readonly [WireModel, cloud: string] | undefined>> = {
  '8:teamsvisitor': [(userId, cloud) => ({ microsoftTeamsUser: { userId, isAnonymous: true, cloud } }), 'public'],
  '8:orgid': [teamsUser, 'public'],
  '8:dod': [teamsUser, 'dod'],
  '8:gcch': [teamsUser, 'gcch'],
  '28:orgid': [teamsApp, 'public'],
  '28:dod': [teamsApp, 'dod'],
  '28:gcch': [teamsApp, 'gcch'],
};

const CLOUD_OF_USER: Readonly<Record<string, string | undefined>> = {
  '8:acs': 'public',
  '8:dod-acs': 'dod',
  '8:gcch-acs': 'gcch',
};

function modelOf(rawId: string): Record<string, unknown> | undefined {
  if (rawId.startsWith('4:')) return phoneNumber(rawId.slice('4:'.length));
  const [kind, realm, suffix, ...more] = rawId.split(':');
  if (suffix === undefined || more.length > 0) return undefined;
  const prefix = `${kind}:${realm}`;
  if (prefix === '8:spool') return communicationUser(rawId);
  const userCloud = CLOUD_OF_USER[prefix];
  if (userCloud !== undefined) return teamsExtensionUser(suffix, userCloud) ?? communicationUser(rawId);
  const [model, cloud] = MODEL_OF_PREFIX[prefix] ?? [];
  return model && cloud ? model(suffix, cloud) : undefined;
}

function communicationUser(id: string) {
  return { communicationUser: { id } };
}

/** A Teams user with an id of ACS, whose suffix has three parts instead of two. */
function teamsExtensionUser(suffix: string, cloud: string) {
  const [resourceId, tenantId, userId, ...more] = suffix.split('_');
  if (userId === undefined || more.length > 0) return undefined;
  return { teamsExtensionUser: { userId, tenantId, resourceId, cloud } };
}

/** An asserted id may follow the number after its last `_`. */
function phoneNumber(value: string) {
  const isAnonymous = value === 'anonymous';
  const assertedId = isAnonymous ? undefined : /_([^_]+)$/s.exec(value)?.[1];
  return { phoneNumber: { value, isAnonymous, ...(assertedId ? { assertedId } : {}) } };
}

/** A caller's identifier in the REST API's form: `rawId` with one nested model. */
export function toWireIdentifier(identifier: CommunicationIdentifier): Record<string, unknown> {
  const { communicationUserId, ...wire } = identifier;
  const rawId = wire.rawId ?? communicationUserId ?? wire.communicationUser?.id;
  if (rawId === undefined) return wire;
  const hasModel = Object.keys(wire).some((key) => key !== 'rawId' && key !== 'kind');
  if (hasModel) return { ...wire, rawId };
  return { ...wire, rawId, ...(communicationUserId ? communicationUser(communicationUserId) : modelOf(rawId)) };
}

/** A caller's participant in the REST API's form. */
export function toWireParticipant<Participant extends { readonly communicationIdentifier: CommunicationIdentifier }>(
  participant: Participant,
) {
  return { ...participant, communicationIdentifier: toWireIdentifier(participant.communicationIdentifier) };
}

/** A response of ACS with `communicationUserId` added to every ACS user in it, at any depth. */
export function withUserIds<Value>(value: Value): Value {
  return addUserIds(value) as Value; // only adds members
}

function addUserIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addUserIds);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, addUserIds(member)]));
  const user = members['communicationUser'];
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  return typeof id === 'string' ? { rawId: id, ...members, communicationUserId: id } : members;
}

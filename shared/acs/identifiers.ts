import type { CommunicationIdentifier } from '../contract/identifier.ts';

type WireModel = (rawId: string) => Record<string, unknown>;

const cloudOf = (prefix: string): string =>
  prefix.includes('gcch') ? 'gcch' : prefix.includes('dod') ? 'dod' : 'public';

const communicationUser: WireModel = (rawId) => ({ communicationUser: { id: rawId } });

/**
 * Which model a raw id stands for, by its prefix; the first that fits.
 *
 * @see `@azure/communication-common` 2.5.0, `identifierModels`: `createIdentifierFromRawId`
 */
const MODEL_OF_PREFIX: readonly (readonly [RegExp, WireModel])[] = [
  [/^4:/, (rawId) => ({ phoneNumber: { value: rawId.slice('4:'.length) } })],
  [/^8:teamsvisitor:/, (rawId) => ({ microsoftTeamsUser: { userId: afterPrefix(rawId), isAnonymous: true } })],
  [
    /^8:(?:orgid|dod|gcch):/,
    (rawId) => ({ microsoftTeamsUser: { userId: afterPrefix(rawId), isAnonymous: false, cloud: cloudOf(rawId) } }),
  ],
  [/^28:(?:orgid|dod|gcch):/, (rawId) => ({ microsoftTeamsApp: { appId: afterPrefix(rawId), cloud: cloudOf(rawId) } })],
  [/^8:(?:acs|spool|dod-acs|gcch-acs):/, communicationUser],
];

function afterPrefix(rawId: string): string {
  return rawId.split(':').slice(2).join(':');
}

/** A caller's identifier in the wire's form: `rawId` with one nested model. */
export function toWireIdentifier(identifier: CommunicationIdentifier): Record<string, unknown> {
  const { communicationUserId, ...wire } = identifier;
  const rawId = wire.rawId ?? communicationUserId ?? wire.communicationUser?.id;
  const hasModel = Object.keys(wire).some((key) => key !== 'rawId' && key !== 'kind');
  if (hasModel || rawId === undefined) return rawId === undefined ? wire : { ...wire, rawId };
  const model = MODEL_OF_PREFIX.find(([prefix]) => prefix.test(rawId))?.[1];
  return { ...wire, rawId, ...model?.(rawId) };
}

/** An answer of ACS with `communicationUserId` beside every ACS user in it, at whatever depth. */
export function withUserIds<Value>(value: Value): Value {
  return addUserIds(value) as Value; // only adds members, so the shape stays
}

function addUserIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addUserIds);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, addUserIds(member)]));
  const user = members['communicationUser'];
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  return typeof id === 'string' ? { rawId: id, ...members, communicationUserId: id } : members;
}

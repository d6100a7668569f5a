import { createIdentifierFromRawId, serializeCommunicationIdentifier } from '@azure/communication-common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toWireIdentifier, withUserIds } from '../../../shared/acs/identifiers.ts';

const USER = '8:acs:11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';

describe('in requests', () => {
  test.each([USER, '8:acs:a_b_c', '4:+14255550123'])(
    'communicationUserId %s yields rawId and communicationUser, as in the official client',
    (communicationUserId) => {
      expect(toWireIdentifier({ communicationUserId })).toEqual(
        serializeCommunicationIdentifier({ communicationUserId }),
      );
    },
  );

  test.each([
    ...[USER, '8:spool:a_b', '8:spool:a_b_c', '8:dod-acs:a_b', '8:gcch-acs:a_b', '8:acs:a', '8:acs:a_b_c_d'],
    ...['8:acs:a_b_c', '8:dod-acs:a_b_c', '8:gcch-acs:a_b_c'],
    ...['4:+14255550123', '4:14255550123', '4:anonymous', '4:+14255550123_a1', '4:+14255550123_', '4:_', '4:'],
    ...['8:orgid:a', '8:dod:a', '8:gcch:a', '8:teamsvisitor:a', '28:orgid:a', '28:dod:a', '28:gcch:a'],
    ...['8:orgid:a:b', '8:acs:a:b', '28:acs:a', '48:x', '8:other:x', 'anything', '8:', ':', '28:orgid'],
  ])('rawId %s yields the same as in the official client', (rawId) => {
    expect(toWireIdentifier({ rawId })).toEqual(serializeCommunicationIdentifier(createIdentifierFromRawId(rawId)));
  });

  test('any rawId yields the same as in the official client', () => {
    const prefix = fc.constantFrom('4:', '8:acs:', '8:spool:', '8:orgid:', '8:teamsvisitor:', '28:gcch:', '28:', '');
    const rest = fc.array(fc.constantFrom('a', '_', ':', '+', '1', 'anonymous', 'dod'), { maxLength: 8 });
    fc.assert(
      fc.property(prefix, rest, (start, parts) => {
        const rawId = `${start}${parts.join('')}` || 'x';
        expect(toWireIdentifier({ rawId })).toEqual(serializeCommunicationIdentifier(createIdentifierFromRawId(rawId)));
      }),
    );
  });

  test.each([
    [{ communicationUser: { id: USER } }, { rawId: USER, communicationUser: { id: USER } }],
    [{ phoneNumber: { value: '+14255550123' } }, { phoneNumber: { value: '+14255550123' } }],
    [
      { rawId: '4:+1', kind: 'phoneNumber', phoneNumber: { value: '+1', isAnonymous: false } },
      { rawId: '4:+1', kind: 'phoneNumber', phoneNumber: { value: '+1', isAnonymous: false } },
    ],
    [
      { microsoftTeamsApp: { appId: 'a' }, future: 1 },
      { microsoftTeamsApp: { appId: 'a' }, future: 1 },
    ],
  ])('%j keeps its own model', (identifier, wire) => {
    expect(toWireIdentifier(identifier)).toEqual(wire);
  });
});

describe('in responses', () => {
  test('an ACS user has its id under all three names, at any depth', () => {
    const wire = { communicationUser: { id: USER } };
    const both = { rawId: USER, communicationUser: { id: USER }, communicationUserId: USER };
    expect(withUserIds({ a: [{ b: wire }], c: wire })).toEqual({ a: [{ b: both }], c: both });
  });

  test('ACS’s own rawId is kept', () => {
    const wire = { rawId: 'r', communicationUser: { id: USER } };
    expect(withUserIds(wire)).toEqual({ ...wire, communicationUserId: USER });
  });

  test('identifiers of other kinds are unchanged', () => {
    const wire = { rawId: '4:+1', phoneNumber: { value: '+1' } };
    expect(withUserIds(wire)).toEqual(wire);
  });

  test('only rawId and communicationUserId are added', () => {
    const user = fc.record({ communicationUser: fc.record({ id: fc.string() }) });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        user,
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any;
    fc.assert(
      fc.property(value, (it) => {
        expect(withoutAdded(withUserIds(it), it)).toEqual(it);
      }),
    );
  });

  test('the id of a user in the request equals that in the response', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (resource, user) => {
        const communicationUserId = `8:acs:${resource}_${user}`;
        expect(withUserIds(toWireIdentifier({ communicationUserId }))).toMatchObject({ communicationUserId });
      }),
    );
  });
});

/** `value` without the two members that `original` does not have. */
function withoutAdded(value: unknown, original: unknown): unknown {
  if (Array.isArray(value)) return value.map((it, index) => withoutAdded(it, Reflect.get(Object(original), index)));
  if (typeof value !== 'object' || value === null) return value;
  const isAdded = (key: string) => /^(?:rawId|communicationUserId)$/.test(key) && !Object.hasOwn(Object(original), key);
  const kept = Object.entries(value).filter(([key]) => !isAdded(key));
  return Object.fromEntries(kept.map(([key, it]) => [key, withoutAdded(it, Reflect.get(Object(original), key))]));
}

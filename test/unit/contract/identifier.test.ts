import { describe, expect, test } from 'vitest';
import { communicationIdentifier } from '../../../shared/contract/identifier.ts';
import { accepts } from './fixtures.ts';

const USER = '8:acs:11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';

describe('an identifier', () => {
  test.each([
    [{ communicationUserId: USER }],
    [{ rawId: USER }],
    [{ communicationUser: { id: USER } }],
    [{ rawId: USER, communicationUser: { id: USER } }],
    [{ communicationUserId: USER, communicationUser: { id: USER } }],
    [{ kind: 'phoneNumber', phoneNumber: { value: '+14255550123' } }],
    [{ microsoftTeamsUser: { userId: 'x', cloud: 'public' } }],
    [{ microsoftTeamsApp: { appId: 'x' } }],
    [{ teamsExtensionUser: { userId: 'a', tenantId: 'b', resourceId: 'c' } }],
  ])('is accepted: %j', (identifier) => {
    expect(communicationIdentifier.parse(identifier)).toEqual(identifier);
  });

  test.each([
    [{}],
    [{ kind: 'communicationUser' }],
    [{ communicationUserId: '' }],
    [{ rawId: '' }],
    [{ communicationUser: {} }],
    [{ communicationUser: { id: USER }, phoneNumber: { value: '+14255550123' } }],
    [{ communicationUserId: USER, communicationUser: { id: '8:acs:other' } }],
    [{ communicationUserId: USER, phoneNumber: { value: '+14255550123' } }],
    [USER],
    [null],
  ])('is rejected: %j', (identifier) => {
    expect(accepts(communicationIdentifier, identifier)).toBe(false);
  });
});

import type { CommunicationUserIdentifier } from '@azure/communication-common';
import type { TokenScope } from '@azure/communication-identity';
import { TEAMS_APP, TEAMS_USER, teamsToken } from '../../setup/teams.ts';
import type { Case, MemberCases, Side } from './side.ts';

/** An identity of the same resource that does not exist. */
async function unknownUser({ identity }: Side): Promise<CommunicationUserIdentifier> {
  const { communicationUserId } = await identity.createUser();
  return { communicationUserId: `${communicationUserId.slice(0, -12)}000000000000` };
}

const getToken =
  (scopes: TokenScope[], tokenExpiresInMinutes?: number): Case =>
  async ({ identity }) => {
    const user = await identity.createUser();
    const options = tokenExpiresInMinutes === undefined ? {} : { tokenExpiresInMinutes };
    return async () => withLifetime(await identity.getToken(user, scopes, options));
  };

const createUserAndToken =
  (scopes: TokenScope[], tokenExpiresInMinutes?: number): Case =>
  ({ identity }) =>
  async () => {
    const options = tokenExpiresInMinutes === undefined ? {} : { tokenExpiresInMinutes };
    return withLifetime(await identity.createUserAndToken(scopes, options));
  };

/** The time is compared as well: in tenths of an hour, more exact than any two lifetimes that a case asks for. */
function withLifetime<Result extends { readonly expiresOn: Date }>(result: Result) {
  const hours = (result.expiresOn.getTime() - Date.now()) / 3_600_000;
  return { ...result, lifetimeHours: Math.round(hours * 10) / 10 };
}

/** What the package's types do not allow, but JavaScript does. */
const UNKNOWN_SCOPE = JSON.parse('["chat", "nothing"]') as TokenScope[];

const exchange =
  (changes: object): Case =>
  ({ identity }) =>
  () =>
    identity.getTokenForTeamsUser({
      teamsUserAadToken: teamsToken(new Date()),
      clientId: TEAMS_APP,
      userObjectId: TEAMS_USER,
      ...changes,
    });

export const IDENTITY_CASES: Readonly<Record<string, MemberCases>> = {
  'CommunicationIdentityClient.createUser': {
    succeeds: {
      'no input':
        ({ identity }) =>
        () =>
          identity.createUser(),
    },
    fails: {
      'a wrong key': (side) => () => side.withWrongKey.identity.createUser(),
    },
  },
  'CommunicationIdentityClient.createUserAndToken': {
    succeeds: {
      'one scope': createUserAndToken(['chat']),
      'each scope': createUserAndToken(['chat', 'chat.join', 'chat.join.limited', 'voip', 'voip.join']),
      'a short life': createUserAndToken(['voip'], 60),
    },
    fails: {
      'a scope that does not exist': createUserAndToken(UNKNOWN_SCOPE),
      'a life that is too short': createUserAndToken(['chat'], 59),
      'a life that is too long': createUserAndToken(['chat'], 1441),
      'a wrong key': (side) => () => side.withWrongKey.identity.createUserAndToken(['chat']),
    },
  },
  'CommunicationIdentityClient.getToken': {
    succeeds: {
      'two scopes': getToken(['chat', 'voip']),
      'a short life': getToken(['chat'], 60),
    },
    fails: {
      'no scopes': getToken([]),
      'a scope that does not exist': getToken(UNKNOWN_SCOPE),
      'a life that is too short': getToken(['chat'], 59),
      'a life that is too long': getToken(['chat'], 1441),
      'an identity that does not exist': async (side) => {
        const user = await unknownUser(side);
        return () => side.identity.getToken(user, ['chat']);
      },
      'a deleted identity': async ({ identity }) => {
        const user = await identity.createUser();
        await identity.deleteUser(user);
        return () => identity.getToken(user, ['chat']);
      },
      'a wrong key': async (side) => {
        const user = await side.identity.createUser();
        return () => side.withWrongKey.identity.getToken(user, ['chat']);
      },
    },
  },
  'CommunicationIdentityClient.revokeTokens': {
    succeeds: {
      'an identity that has a token': async (side) => {
        const { user, chat } = await side.chatUser();
        return async () => {
          const result = await side.identity.revokeTokens(user);
          // The same client still has the token.
          const afterwards = await chat.createChatThread({ topic: 'Revoked' }).catch((error) => error.statusCode);
          return { result, afterwards };
        };
      },
    },
    fails: {
      'an identity that does not exist': async (side) => {
        const user = await unknownUser(side);
        return () => side.identity.revokeTokens(user);
      },
      'a wrong key': async (side) => {
        const user = await side.identity.createUser();
        return () => side.withWrongKey.identity.revokeTokens(user);
      },
    },
  },
  'CommunicationIdentityClient.deleteUser': {
    succeeds: {
      'an identity': async ({ identity }) => {
        const user = await identity.createUser();
        return () => identity.deleteUser(user);
      },
    },
    fails: {
      'an identity that does not exist': async (side) => {
        const user = await unknownUser(side);
        return () => side.identity.deleteUser(user);
      },
      'a wrong key': async (side) => {
        const user = await side.identity.createUser();
        return () => side.withWrongKey.identity.deleteUser(user);
      },
    },
  },
  'CommunicationIdentityClient.getTokenForTeamsUser': {
    succeeds: {
      'a valid token': exchange({}),
    },
    fails: {
      'a token that is none': exchange({ teamsUserAadToken: 'not a token' }),
      'an expired token': exchange({ teamsUserAadToken: teamsToken(new Date(0)) }),
      'a token of another application': exchange({ clientId: TEAMS_USER }),
      'a token of another user': exchange({ userObjectId: TEAMS_APP }),
      'a client id that is no UUID': exchange({ clientId: 'invalid' }),
      'a user id that is no UUID': exchange({ userObjectId: 'invalid' }),
      'no token': exchange({ teamsUserAadToken: '' }),
      'no client id': exchange({ clientId: '' }),
      'no user id': exchange({ userObjectId: '' }),
    },
  },
};

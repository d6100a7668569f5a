import * as z from 'zod';
import * as examples from './examples.ts';

/** The nested models, of which an identifier has at most one on the wire. @see ACS Common `communicationidentifier` */
const MODELS = ['communicationUser', 'phoneNumber', 'microsoftTeamsUser', 'microsoftTeamsApp', 'teamsExtensionUser'];

const callerIdentifier = z.lazy(() =>
  z.looseObject({
    communicationUserId: z.string().min(1).optional().describe('Id of an ACS user, as in the SDKs.'),
    rawId: z.string().min(1).optional().describe('Raw id of the identifier, as in the REST API.'),
    communicationUser: z
      .looseObject({ id: z.string().min(1).describe('Id of the ACS user.') })
      .optional()
      .describe('An ACS user, as in the REST API.'),
  }),
);

/** A chat participant in the SDK's form (`communicationUserId`) or the REST API's (`rawId`, one nested model). */
export const communicationIdentifier = z.lazy(() =>
  callerIdentifier
    .superRefine((it, context) => {
      const models = MODELS.filter((model) => it[model] !== undefined);
      if (models.length > 1) {
        context.addIssue({ code: 'custom', message: `contains more than one identifier: ${models.join(', ')}` });
      }
      if (models.length === 0 && it.rawId === undefined && it.communicationUserId === undefined) {
        const message = 'must contain communicationUserId, rawId or another identifier of ACS';
        context.addIssue({ code: 'custom', message });
      }
      const userIds = [it.communicationUserId, it.communicationUser?.id].filter((id) => id !== undefined);
      const isOtherKind = it.communicationUserId !== undefined && models.some((model) => model !== 'communicationUser');
      // The raw id of an ACS user is its id. Of two users, ACS and its clients may each mean another one.
      const isTwoUsers = userIds.length > 0 && new Set([...userIds, it.rawId ?? userIds[0]]).size > 1;
      if (isOtherKind || isTwoUsers) {
        const message =
          'must not identify two users: rawId, communicationUserId and communicationUser.id must be the same';
        context.addIssue({ code: 'custom', message });
      }
    })
    .meta({
      id: 'CommunicationIdentifier',
      examples: [examples.communicationIdentifier],
      description:
        'Identifies a user: `communicationUserId` as in the SDKs, or `rawId` and at most one nested model as in the REST API (`communicationUser`, `phoneNumber`, `microsoftTeamsUser`, …).',
    }),
);

export type CommunicationIdentifier = z.output<typeof communicationIdentifier>;

/** An identifier in a response. */
export const identifierResult = z.lazy(() =>
  z
    .looseObject({
      rawId: z.string().optional().describe('Raw id of the identifier.'),
      communicationUserId: z.string().optional().describe('Id of the ACS user, if it is one.'),
    })
    .meta({
      id: 'CommunicationIdentifierResult',
      description: 'Identifies a user as ACS does, with `communicationUserId` added for ACS users.',
    }),
);

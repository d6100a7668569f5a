import * as z from 'zod';

/** The nested models of which an identifier on the wire holds at most one. @see ACS Common `communicationidentifier` */
const MODELS = ['communicationUser', 'phoneNumber', 'microsoftTeamsUser', 'microsoftTeamsApp', 'teamsExtensionUser'];

const callerIdentifier = z.lazy(() =>
  z.looseObject({
    communicationUserId: z.string().min(1).optional(),
    rawId: z.string().min(1).optional(),
    communicationUser: z.looseObject({ id: z.string().min(1) }).optional(),
  }),
);

/** Who a chat participant is, in the SDK's form (`communicationUserId`) or in the wire's (`rawId`, one nested model). */
export const communicationIdentifier = z.lazy(() =>
  callerIdentifier
    .superRefine((it, context) => {
      const models = MODELS.filter((model) => it[model] !== undefined);
      if (models.length > 1) {
        context.addIssue({ code: 'custom', message: `holds more than one identifier: ${models.join(', ')}` });
      }
      if (models.length === 0 && it.rawId === undefined && it.communicationUserId === undefined) {
        context.addIssue({
          code: 'custom',
          message: 'must hold communicationUserId, rawId or one of ACS’s identifiers',
        });
      }
      const ids = [it.communicationUserId, it.communicationUser?.id].filter((id) => id !== undefined);
      if (
        new Set(ids).size > 1 ||
        (it.communicationUserId !== undefined && models.some((m) => m !== 'communicationUser'))
      ) {
        context.addIssue({ code: 'custom', message: 'communicationUserId contradicts the other identifier' });
      }
    })
    .meta({ id: 'CommunicationIdentifier' }),
);

export type CommunicationIdentifier = z.output<typeof communicationIdentifier>;

/** An identifier as it stands in an answer: ACS's wire form, and `communicationUserId` beside it for users. */
export const identifierResult = z.lazy(() =>
  z
    .looseObject({
      rawId: z.string().optional(),
      communicationUserId: z.string().optional(),
    })
    .meta({ id: 'CommunicationIdentifierResult' }),
);

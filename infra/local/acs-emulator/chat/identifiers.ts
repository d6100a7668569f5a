import type { Fields } from '../http/fields.ts';

const COMMUNICATION_USER = /^8:(?:acs|spool|dod-acs|gcch-acs):/;
const TEAMS_USER = /^8:(?:orgid|dod|gcch|teamsvisitor):/;

/** An identifier on the wire: its raw id, and the model of its kind. */
export interface WireIdentifier {
  readonly rawId: string;
  readonly communicationUser?: { readonly id: string };
  readonly phoneNumber?: { readonly value: string };
  readonly microsoftTeamsUser?: { readonly userId: string };
}

/** The raw id that an identifier stands for. @throws ServiceError when it names nobody */
export function readIdentifier(identifier: Fields): string {
  const user = identifier.optionalObject('communicationUser');
  if (user) return user.text('id');
  const teamsUser = identifier.optionalObject('microsoftTeamsUser');
  if (teamsUser) return identifier.optionalText('rawId') ?? `8:orgid:${teamsUser.text('userId')}`;
  const phone = identifier.optionalObject('phoneNumber');
  if (phone) return identifier.optionalText('rawId') ?? `4:${phone.text('value')}`;
  const rawId = identifier.optionalText('rawId');
  if (!rawId) throw identifier.refuse('rawId', 'An identifier needs a rawId or a communicationUser.');
  return rawId;
}

/** The kind follows from the prefix of the raw id. */
export function writeIdentifier(rawId: string): WireIdentifier {
  if (COMMUNICATION_USER.test(rawId)) return { rawId, communicationUser: { id: rawId } };
  if (TEAMS_USER.test(rawId)) return { rawId, microsoftTeamsUser: { userId: rawId.replace(TEAMS_USER, '') } };
  if (rawId.startsWith('4:')) return { rawId, phoneNumber: { value: rawId.slice(2) } };
  return { rawId };
}

export function isCommunicationUser(rawId: string): boolean {
  return COMMUNICATION_USER.test(rawId);
}

export function isTeamsUser(rawId: string): boolean {
  return TEAMS_USER.test(rawId);
}

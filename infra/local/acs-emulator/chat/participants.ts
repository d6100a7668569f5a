import type { Context } from '../context.ts';
import type { Fields } from '../http/fields.ts';
import type { Participant } from './chatEvents.ts';
import { invalidChatRequest, readMetadata } from './chatRules.ts';
import { isCommunicationUser, isTeamsUser, readIdentifier } from './identifiers.ts';

const MAXIMUM_PARTICIPANTS_PER_CALL = 200;
const MAXIMUM_PARTICIPANTS_PER_THREAD = 250;

/** Why one participant was left out, as ACS says it. */
export interface InvalidParticipant {
  readonly target: string;
  readonly code: '403' | '404';
  readonly message: string;
}

export interface ReadParticipants {
  readonly participants: Participant[];
  readonly invalidParticipants: InvalidParticipant[];
}

/** Reads `participants`, each once; those that cannot join are named apart. @throws ServiceError 400 */
export function readParticipants(body: Fields, emulator: Context): ReadParticipants {
  const wanted = body.objects('participants');
  if (wanted.length > MAXIMUM_PARTICIPANTS_PER_CALL) {
    throw invalidChatRequest(
      'participants',
      `At most ${MAXIMUM_PARTICIPANTS_PER_CALL} participants can be added in one call.`,
    );
  }
  const participants = new Map<string, Participant>();
  const invalidParticipants: InvalidParticipant[] = [];
  for (const participant of wanted.map(readParticipant)) {
    const invalid = whyInvalid(participant.rawId, emulator);
    if (invalid) invalidParticipants.push(invalid);
    else participants.set(participant.rawId, participant);
  }
  return { participants: [...participants.values()], invalidParticipants };
}

/** @throws ServiceError 400 when a thread would hold more participants than it may */
export function checkThreadSize(rawIds: ReadonlySet<string>): void {
  if (rawIds.size <= MAXIMUM_PARTICIPANTS_PER_THREAD) return;
  throw invalidChatRequest(
    'participants',
    `A chat thread can have at most ${MAXIMUM_PARTICIPANTS_PER_THREAD} participants.`,
  );
}

function readParticipant(fields: Fields): Participant {
  const displayName = fields.optionalText('displayName');
  const metadata = readMetadata(fields);
  return {
    rawId: readIdentifier(fields.object('communicationIdentifier')),
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: readTime(fields, 'shareHistoryTime'),
    ...(metadata && { metadata }),
  };
}

/** Epoch milliseconds; 0, the whole history, when it is not given. */
function readTime(fields: Fields, name: string): number {
  const text = fields.optionalText(name);
  if (text === undefined) return 0;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw fields.refuse(name, `${name} must be a date and time.`);
  return Math.floor(time / 1000) * 1000;
}

function whyInvalid(rawId: string, { identities, resourceId }: Context): InvalidParticipant | undefined {
  if (identities.has(rawId)) return undefined;
  // https://github.com/Azure/azure-sdk-for-net/issues/41885
  if (isTeamsUser(rawId)) return { target: rawId, code: '403', message: 'Permissions check failed' };
  if (isCommunicationUser(rawId) && rawId.startsWith(`8:acs:${resourceId}_`)) {
    return { target: rawId, code: '404', message: 'The identity was not found.' };
  }
  return { target: rawId, code: '403', message: 'The identifier does not belong to this resource.' };
}

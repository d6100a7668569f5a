import type { Fields } from '../http/fields.ts';
import { hasReportTimeout, messagingConnectForm } from './smsVersions.ts';

/** The options of a message, as they are stored: without what a partner's key may be in. */
export interface SendOptions {
  readonly enableDeliveryReport: boolean;
  readonly tag?: string;
  readonly deliveryReportTimeoutInSeconds?: number;
  readonly messagingConnect?: { readonly partner: string; readonly [member: string]: unknown };
}

const MASKED = '•••';

/** Reads `smsSendOptions`. Like any unknown member, an option that the api-version does not have is ignored. */
export function readSendOptions(body: Fields, apiVersion: string): SendOptions | undefined {
  const options = body.optionalObject('smsSendOptions');
  if (!options) return undefined;
  const enableDeliveryReport = options.boolean('enableDeliveryReport');
  const tag = options.optionalString('tag');
  const timeout = hasReportTimeout(apiVersion) ? readReportTimeout(options) : undefined;
  const messagingConnect = readMessagingConnect(options, apiVersion);
  return {
    enableDeliveryReport,
    ...(tag !== undefined && { tag }),
    ...(timeout !== undefined && { deliveryReportTimeoutInSeconds: timeout }),
    ...(messagingConnect && { messagingConnect }),
  };
}

function readReportTimeout(options: Fields): number | undefined {
  const name = 'deliveryReportTimeoutInSeconds';
  const timeout = options.optionalInteger(name);
  if (timeout === undefined || (timeout >= 60 && timeout <= 43_200)) return timeout;
  throw options.invalid(name, 'The field DeliveryReportTimeoutInSeconds must be between 60 and 43200.');
}

function readMessagingConnect(options: Fields, apiVersion: string): SendOptions['messagingConnect'] {
  const form = messagingConnectForm(apiVersion);
  const connect = form === 'absent' ? undefined : options.optionalObject('messagingConnect');
  if (!connect) return undefined;
  const partner = connect.string('partner');
  if (form === 'apiKey') {
    connect.string('apiKey');
    return { partner, apiKey: MASKED };
  }
  const names = connect.object('partnerParams').names();
  if (names.length === 0) {
    throw connect.invalid('partnerParams', 'The PartnerParams field must contain at least one parameter.');
  }
  return { partner, partnerParams: Object.fromEntries(names.map((name) => [name, MASKED])) };
}

import type { MessagingConnect, SmsSendOptions } from '../contract/sms.ts';
import { invalidField, type SwitchboardError } from '../contract/switchboardError.ts';

/**
 * The API versions that introduced an option. They are dates, and compare as text.
 *
 * @see https://github.com/Azure/azure-rest-api-specs, specification/communication/data-plane/Sms
 */
const SINCE = {
  deliveryReportTimeoutInSeconds: '2024-02-05',
  messagingConnect: '2025-05-29',
  partnerParams: '2026-01-23',
} as const;

/**
 * Returns the options as ACS expects them in an API version. An option that the version does not have is an error: ACS
 * would ignore it.
 *
 * @throws SwitchboardError `InvalidRequest` with the option as its target
 */
export function wireOptions(options: SmsSendOptions, apiVersion: string) {
  const { messagingConnect: connect, ...rest } = options;
  for (const name of ['deliveryReportTimeoutInSeconds', 'messagingConnect'] as const) {
    if (options[name] !== undefined) assertVersion(`smsSendOptions.${name}`, SINCE[name], apiVersion);
  }
  return {
    ...rest,
    enableDeliveryReport: options.enableDeliveryReport ?? false, // required if there are options
    ...(connect ? { messagingConnect: wireMessagingConnect(connect, apiVersion) } : {}),
  };
}

/** @throws SwitchboardError `InvalidRequest` with the first option that the API version does not have as its target */
export function assertSupported(options: SmsSendOptions | undefined, apiVersion: string): void {
  if (options) wireOptions(options, apiVersion);
}

/** Two versions name the partner's key differently; either form is accepted from callers. */
function wireMessagingConnect({ partner, apiKey, partnerParams = { apiKey } }: MessagingConnect, apiVersion: string) {
  if (apiVersion >= SINCE.partnerParams) return { partner, partnerParams };
  const path = 'smsSendOptions.messagingConnect.partnerParams';
  const { apiKey: key, ...others } = partnerParams;
  const [other] = Object.keys(others);
  if (other !== undefined) throw requires(`${path}.${other}`, SINCE.partnerParams, apiVersion);
  if (typeof key !== 'string') throw invalidField(`${path}.apiKey`, 'must be a string');
  return { partner, apiKey: key };
}

function assertVersion(target: string, since: string, apiVersion: string): void {
  if (apiVersion < since) throw requires(target, since, apiVersion);
}

function requires(target: string, since: string, apiVersion: string): SwitchboardError {
  return invalidField(target, `requires ${laterVersion(since, apiVersion)}`);
}

/** What a feature of a later API version than the configured one requires, in words for the caller. */
export function laterVersion(since: string, apiVersion: string): string {
  return `ACS's SMS API version ${since} or later (setting ACS_API_VERSION_SMS, now ${apiVersion})`;
}

/** Shorter values are unlikely to be keys, and would match parts of ordinary words. */
const MINIMUM_SECRET_LENGTH = 4;

/** The values in a request that may be a partner's keys, as ACS may quote them; longest first: one may contain another. */
export function secretsOf(options: SmsSendOptions | undefined): readonly string[] {
  const { apiKey, partnerParams } = options?.messagingConnect ?? {};
  const secrets = stringsIn([apiKey, partnerParams])
    .flatMap(quotations)
    .filter((text) => text.length >= MINIMUM_SECRET_LENGTH);
  return [...new Set(secrets)].toSorted((one, other) => other.length - one.length);
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** A string as it is, as a part of JSON and of a URL, and in base64 without its padding. */
function quotations(text: string): readonly string[] {
  const inUrl = encodeURIComponent(text.toWellFormed());
  return [text, json(text), dotNetJson(text), inUrl, text.replace(/(?<!=)=+$/, '')];
}

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** @see https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding */
function dotNetJson(text: string): string {
  return json(text)
    .replaceAll('\\"', '\\u0022')
    .replaceAll(/[&'+<>`\u007f-\uffff]/g, (it) => `\\u${it.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}

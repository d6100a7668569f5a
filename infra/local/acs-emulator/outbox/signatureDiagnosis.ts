import { hostForms, signedTargets } from '../../../../shared/signing/canonical.ts';
import { contentHash } from '../../../../shared/signing/sign.ts';
import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from '../../../../shared/signing/verify.ts';
import type { SignatureDiagnosis } from '../inspection/items.ts';
import { type ClaimedSignature, readAuthorizationForm } from './signature/authorizationForm.ts';
import { bodyHashes } from './signature/bodyHashes.ts';
import { distinct, type Finding, type SignedParts } from './signature/finding.ts';
import type { KnownKey } from './signature/keyUses.ts';
import { layouts } from './signature/layouts.ts';
import { dateDeviations, hostDeviations, methodDeviations, targetDeviations } from './signature/partDeviations.ts';
import { type SignedString, searchSignedString } from './signature/searchSignedString.ts';

/** A request whose signature was refused. */
export interface RefusedRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As much of the body as is kept. */
  readonly body: Uint8Array;
  /** base64(SHA-256) of the whole body, if `body` is only its beginning. */
  readonly bodyHash?: string;
  readonly isHttps: boolean;
  /** Other hosts, with ports, under which a client may know the emulator. */
  readonly otherHosts?: readonly string[];
}

/** A refused request with what follows from it alone. */
interface Evidence extends RefusedRequest {
  readonly header: (name: string) => string | undefined;
  readonly claim: ClaimedSignature;
  /** What the emulator expects: the values received, and the hash that it computed. */
  readonly expected: SignedParts;
  /** The same with the body hash that the client sent. */
  readonly claimed: SignedParts;
  /** The forms of host and target that the emulator accepts, the expected ones first. */
  readonly hosts: readonly string[];
  readonly targets: readonly string[];
}

/**
 * Explains why a signature was refused. Looks for the string that the client really signed by trying common mistakes with
 * every known key. Neither a key nor an expected signature is part of the result.
 *
 * The mistakes are those that users report:
 * https://github.com/Azure/azure-rest-api-specs/issues/11767 (hash of another body),
 * https://github.com/Azure/azure-rest-api-specs/issues/27148 (hash of a part of the body),
 * https://github.com/Azure/AppConfiguration/issues/547 (key not decoded),
 * https://stackoverflow.com/q/71487393 (Credential, more headers, two-digit year),
 * https://learn.microsoft.com/answers/questions/769993 (no scheme),
 * https://tweak.foo/?p=395 (key in a header, hexadecimal hash, trailing slash of the endpoint),
 * https://github.com/Azure/azure-sdk-for-python/pull/29679 (question mark without a query).
 *
 * @param keys every key that may have made the signature, the valid ones first
 * @param now the emulator's time when it received the request
 * @returns undefined if the request was not signed but carried a token
 */
export function diagnoseSignature(
  request: RefusedRequest,
  keys: readonly KnownKey[],
  now: Date,
): SignatureDiagnosis | undefined {
  const evidence = gather(request);
  const authorization = evidence.header('authorization');
  if (authorization !== undefined && /^Bearer\b/i.test(authorization)) return undefined;
  if (authorization === undefined) return unsigned(evidence, keys);
  const found = search(evidence, keys);
  const obvious = [...evidence.claim.findings, ...headerFindings(evidence), ...dateFindings(evidence, now)];
  const findings = [...obvious, ...hashFindings(evidence, found), ...(found ? foundFindings(found) : [])];
  const conclusion = findings.length > 0 ? joined(findings) : found ? NOTHING_WRONG : nothingFound(evidence, keys);
  return { ...conclusion, isCertain: found !== undefined, lines: lines(evidence, found, now) };
}

const DATE_HEADERS = ['x-ms-date', 'date'] as const;

function gather(request: RefusedRequest): Evidence {
  const { method, target, headers, body, bodyHash } = request;
  const values = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const header = (name: string) => values.get(name);
  const claim = readAuthorizationForm(header('authorization') ?? '');
  const date = header(claim.dateHeader ?? 'x-ms-date') ?? header('x-ms-date') ?? header('date') ?? '';
  const expected = {
    method: method.toUpperCase(),
    target,
    date,
    host: header('host') ?? '',
    contentHash: bodyHash ?? contentHash(body),
  };
  const claimed = { ...expected, contentHash: header('x-ms-content-sha256') ?? expected.contentHash };
  const hosts = hostForms([expected.host]);
  const targets = [...signedTargets({ method, target, hosts, isLoopbackHttp: !request.isHttps })];
  return { ...request, header, claim, expected, claimed, hosts, targets };
}

function search(evidence: Evidence, keys: readonly KnownKey[]): SignedString | undefined {
  const { claim, expected, claimed, header, target, hosts, targets } = evidence;
  if (!claim.digest) return undefined;
  const right = hosts.flatMap((host) => targets.map((it) => ({ ...claimed, host, target: it })));
  const otherDate = DATE_HEADERS.map(header).find((it) => it !== undefined && it !== claimed.date);
  const body = evidence.bodyHash === undefined ? evidence.body : undefined;
  const otherHosts = [header('x-forwarded-host') ?? [], evidence.otherHosts ?? []].flat();
  return searchSignedString({
    digest: claim.digest,
    right,
    deviations: {
      method: distinct(methodDeviations(claimed.method), [claimed.method]),
      target: distinct(targetDeviations(target, claimed.host), targets),
      date: distinct(dateDeviations(claimed.date, otherDate), [claimed.date]),
      host: distinct(hostDeviations(claimed.host, otherHosts), hosts),
      contentHash: distinct(bodyHashes(body, expected.contentHash), [claimed.contentHash]),
    },
    layouts: layouts(claim.listed, header),
    keys,
  });
}

function headerFindings({ header, claim }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const add = (name: string, advice: string) => findings.push({ reason: `The header ${name} is missing.`, advice });
  if (header('x-ms-content-sha256') === undefined) {
    add('x-ms-content-sha256', 'Send the base64 of the SHA-256 of the body, even if the body is empty.');
  }
  const name = claim.dateHeader ?? 'x-ms-date';
  if (header(name) === undefined) add(name, 'Send the date that you sign.');
  return findings;
}

function dateFindings({ expected: { date } }: Evidence, now: Date): Finding[] {
  if (date === '') return [];
  const time = Date.parse(date);
  if (!isHttpDate(date)) {
    const example = 'Thu, 15 Jan 2026 08:30:00 GMT';
    const advice = `Send an RFC 1123 date with four digits of the year, in GMT, such as '${example}'.`;
    return [{ reason: `The date '${date}' has the wrong format.`, advice }];
  }
  const skew = time - now.getTime();
  if (Math.abs(skew) <= MAXIMUM_CLOCK_SKEW_MILLISECONDS) return [];
  const minutes = Math.round(Math.abs(skew) / 60_000);
  const direction = skew < 0 ? 'behind' : 'ahead of';
  const reason = `The date is ${minutes} minutes ${direction} the emulator's clock; 5 minutes are allowed.`;
  return [
    { reason, advice: 'Set the clock of the client, and sign each attempt again with the time at which it is sent.' },
  ];
}

/** Why the hash that was sent is not that of the body. */
function hashFindings({ header, expected, body, bodyHash }: Evidence, found: SignedString | undefined): Finding[] {
  const sent = header('x-ms-content-sha256');
  if (sent === undefined || sent === expected.contentHash) return [];
  const known = [...bodyHashes(bodyHash === undefined ? body : undefined, expected.contentHash)];
  const finding = known.find(({ value }) => value === sent);
  if (finding) return [finding];
  const isSigned = found !== undefined && found.parts.contentHash === sent;
  const isChanged = isSigned
    ? ' The signature fits the hash, so the body was changed after signing, perhaps on the way.'
    : '';
  const advice = 'Hash exactly the bytes that you send: serialize the body once, hash it, and send the same bytes.';
  return [
    { reason: `The body hash in x-ms-content-sha256 is not the hash of the body that arrived.${isChanged}`, advice },
  ];
}

function foundFindings({ findings, key }: SignedString): Finding[] {
  if (key.isValid) return [...findings];
  const advice = 'Use the connection string of this mailbox with its present key; the Controls page shows it.';
  return [...findings, { reason: `The signature was made with ${key.name}.`, advice }];
}

const NOTHING_WRONG = {
  reason: 'The signature is right, and would be accepted now.',
  advice: 'Send the request again.',
};

function nothingFound({ claim }: Evidence, keys: readonly KnownKey[]): Omit<SignatureDiagnosis, 'lines' | 'isCertain'> {
  const tried =
    keys.length === 1
      ? 'the only key that the emulator knows'
      : `any of the ${keys.length} keys that the emulator knows`;
  const reason = claim.digest
    ? `As far as the headers show, both sides sign the same lines, so the key must differ: the signature does not fit ${tried}.`
    : 'The signature cannot be read.';
  const advice =
    'Compare the access key with the connection string on the Controls page. If it is the same, print the string that your ' +
    'code signs and compare it with the lines below.';
  return { reason, advice };
}

/** Without an `Authorization` header there is nothing to compare. */
function unsigned(evidence: Evidence, keys: readonly KnownKey[]): SignatureDiagnosis {
  const values = evidence.headers.map(([, value]) => value);
  const hasKey = keys.some(({ secret }) => values.some((value) => value.includes(secret)));
  const reason = hasKey
    ? 'The request carries the access key itself in a header, and is not signed.'
    : 'The Authorization header is missing: the request is not signed.';
  const advice =
    'Send x-ms-date, x-ms-content-sha256 and an Authorization header with the HMAC-SHA256 of the lines below, or use an official client.';
  return { reason, advice, isCertain: hasKey, lines: lines(evidence, undefined, undefined) };
}

function joined(findings: readonly Finding[]): Omit<SignatureDiagnosis, 'lines' | 'isCertain'> {
  const distinctSentences = (sentences: readonly string[]) => [...new Set(sentences)].join(' ');
  return {
    reason: distinctSentences(findings.map((it) => it.reason)),
    advice: distinctSentences(findings.map((it) => it.advice)),
  };
}

const PARTS = ['method', 'target', 'date', 'host', 'contentHash'] as const;

function lines(
  evidence: Evidence,
  found: SignedString | undefined,
  now: Date | undefined,
): SignatureDiagnosis['lines'] {
  const { expected, claimed, header } = evidence;
  const sentHash = header('x-ms-content-sha256') ?? '';
  const client = found ? found.layout.place(found.parts) : { ...claimed, contentHash: sentHash };
  const right = found ? acceptedForm(found.parts, evidence) : expected;
  const emulator = { ...right, date: expectedDate(right.date, now) };
  return PARTS.map((part) => ({
    part,
    client: client[part],
    emulator: emulator[part],
    differs: client[part] !== emulator[part],
  }));
}

/** Of the forms that are accepted, the one that the client used, so that only what is wrong differs. */
function acceptedForm(parts: SignedParts, { expected, hosts, targets }: Evidence): SignedParts {
  const host = hosts.find((it) => it === parts.host) ?? expected.host;
  const target = targets.find((it) => it === parts.target) ?? expected.target;
  return { ...expected, host, target };
}

/** The emulator accepts the client's date if it has the right form and is not too far from its own time. */
function expectedDate(date: string, now: Date | undefined): string {
  if (now === undefined) return date;
  const time = Date.parse(date);
  const isNear = Math.abs(time - now.getTime()) <= MAXIMUM_CLOCK_SKEW_MILLISECONDS;
  return (isNear ? new Date(time) : now).toUTCString();
}

function isHttpDate(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toUTCString() === date;
}

import { hostForms, targetForms } from '../../../shared/signing/canonical.ts';
import { contentHash, signature } from '../../../shared/signing/sign.ts';
import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from '../../../shared/signing/verify.ts';
import { commandText } from '../../toolchain/installation.ts';
import type { Capture } from './capture.ts';
import { deviations, typos } from './deviations.ts';
import {
  bodyFlaw,
  type Flaw,
  furtherHeaders,
  readClaim,
  type SignatureClaim,
  signedDateHeader,
} from './signatureClaim.ts';
import { type Deviation, type KnownKey, type SignedParts, textOf } from './signedParts.ts';

export interface Diagnosis extends Flaw {
  /** What should have been signed, and the correct signature. */
  readonly ours: SignedParts;
  readonly ourSignature: string;
  /** What the client signed, if its signature reveals it; otherwise what the request contains. */
  readonly theirs: SignedParts;
  readonly theirSignature: string;
}

interface Question {
  readonly capture: Capture;
  /** At least one of them is expected. */
  readonly keys: readonly KnownKey[];
  /** Further hosts under which the client may have called. */
  readonly hosts: readonly string[];
  /** Compared with the request's date if the capture has no time of response. */
  readonly now: Date;
}

/** Finds the part in which a signature differs from the correct one. */
export function diagnose(question: Question): Diagnosis {
  const { capture, keys } = question;
  const claim = readClaim(capture);
  const ours = partsOf(capture);
  const [first] = expected(keys);
  const ourSignature = first ? signature(textOf(ours), first.key) : '';
  const claimed = { ...ours, target: capture.target, contentHash: capture.headers.get('x-ms-content-sha256') ?? '' };
  const facts = { ours, ourSignature, theirs: claimed, theirSignature: '' };
  if ('part' in claim) return { ...facts, ...claim };
  return { ...facts, theirSignature: claim.signature, ...judge(claim, claimed, question) };
}

type Judgement = Flaw & Partial<Pick<Diagnosis, 'theirs'>>;

function judge(claim: SignatureClaim, claimed: SignedParts, question: Question): Judgement {
  const { capture, keys } = question;
  const flaw = capture.body && bodyFlaw(capture.body, claim.contentHash);
  if (flaw) return flaw;
  const search = searcher(claimed, claim);
  if (search.fits(expected(keys))) {
    return dateFlaw(claim, question) ?? unsignedActingUser(capture) ?? nothingWrong(capture);
  }
  return (
    search.otherSpelling(expected(keys)) ??
    search.otherKey(keys) ??
    fromDeviation(deviationOf(claim, claimed, question)) ??
    dateFlaw(claim, question) ??
    unknownKey(keys)
  );
}

function expected(keys: readonly KnownKey[]): readonly KnownKey[] {
  return keys.filter(({ isExpected }) => isExpected);
}

/** The parts of the request as Switchboard verifies them. */
function partsOf({ method, target, headers, body }: Capture): SignedParts {
  const claimedHash = headers.get('x-ms-content-sha256') ?? '';
  return {
    method: method.toUpperCase(),
    target: [...targetForms(target, false)].at(-1) ?? target, // like our own signer and the official JavaScript client
    date: headers.get(signedDateHeader(headers)) ?? '',
    host: headers.get('host') ?? '',
    contentHash: body ? contentHash(body) : claimedHash,
    more: furtherHeaders(headers),
  };
}

/** The parts in every form that the verifier accepts. */
function acceptedForms(parts: SignedParts, pathWasDecoded: boolean): SignedParts[] {
  const hosts = hostForms([parts.host]);
  return [...targetForms(parts.target, pathWasDecoded)].flatMap((target) =>
    hosts.map((host) => ({ ...parts, target, host })),
  );
}

function searcher(parts: SignedParts, claim: SignatureClaim) {
  const strings = acceptedForms(parts, true).map(textOf);
  const signaturesOf = (keys: readonly KnownKey[]) =>
    keys.flatMap(({ key }) => strings.map((text) => signature(text, key)));
  return {
    fits: (keys: readonly KnownKey[]) => signaturesOf(keys).includes(claim.signature),
    otherSpelling: (keys: readonly KnownKey[]) => spellingFlaw(signaturesOf(keys), claim.signature),
    otherKey(keys: readonly KnownKey[]): Flaw | undefined {
      const owner = keys.find((it) => !it.isExpected && signaturesOf([it]).includes(claim.signature))?.owner;
      if (owner === undefined) return undefined;
      const message = `The request was signed with ${owner}.`;
      return {
        part: 'key',
        message,
        remedy: "Sign with a key of the client that calls: base64-decoded, from Switchboard's CLIENTS.",
      };
    },
  };
}

/** Detects the correct signature in another encoding, or damaged in one place. */
function spellingFlaw(signatures: readonly string[], theirs: string): Flaw | undefined {
  const remedy = 'Send the signature as base64 with + and / and =, without further encoding.';
  for (const ours of signatures) {
    const bytes = Buffer.from(ours, 'base64');
    const urlForms = [bytes.toString('base64url'), ours.replaceAll('+', '-').replaceAll('/', '_')];
    const written = (how: string): Flaw => ({
      part: 'signature',
      message: `The signature is right, but ${how}.`,
      remedy,
    });
    if (urlForms.includes(theirs)) return written('is base64url');
    if (theirs.toLowerCase() === bytes.toString('hex')) return written('is hexadecimal');
    if (theirs === encodeURIComponent(ours)) return written('is percent-encoded');
    if (theirs === ours.replace(/={1,2}$/, '')) return written('lacks the trailing =');
    if (isDamaged(ours, theirs)) return written('is damaged in one place');
  }
  return undefined;
}

function isDamaged(ours: string, theirs: string): boolean {
  if (Math.abs(ours.length - theirs.length) > 1) return false;
  let same = 0;
  while (same < ours.length && ours[same] === theirs[same]) same += 1;
  const rests = [theirs.slice(same + 1), theirs.slice(same)];
  return rests.includes(ours.slice(same + 1)) || rests[0] === ours.slice(same);
}

/** Returns the deviation that explains the signature. Likely ones are tried first. */
function deviationOf(claim: SignatureClaim, claimed: SignedParts, { hosts, keys }: Question): Deviation | undefined {
  const signingKeys = expected(keys).map(({ key }) => key);
  const fits = ({ text, parts }: Deviation) =>
    signingKeys.some((key) => signature(text ?? textOf(parts), key) === claim.signature);
  for (const parts of acceptedForms(claimed, false)) {
    for (const deviation of deviations(parts, hosts)) if (fits(deviation)) return deviation;
  }
  for (const parts of acceptedForms(claimed, false)) {
    for (const deviation of typos(parts)) if (fits(deviation)) return deviation;
  }
  return undefined;
}

function fromDeviation(deviation: Deviation | undefined): Judgement | undefined {
  if (!deviation) return undefined;
  const { part, what, remedy, parts } = deviation;
  return { part, message: `The client signed ${what}.`, remedy, theirs: parts };
}

function dateFlaw({ dateHeader, date }: SignatureClaim, { capture, now }: Question): Flaw | undefined {
  const { answeredOn } = capture;
  const apart = Date.parse(date) - (answeredOn ?? now).getTime();
  if (Math.abs(apart) <= MAXIMUM_CLOCK_SKEW_MILLISECONDS) return undefined;
  const seconds = Math.round(Math.abs(apart) / 1000);
  const side = apart > 0 ? 'ahead of' : 'behind';
  const clock = answeredOn ? "the server's clock" : "this machine's clock (irrelevant if the capture is old)";
  return {
    part: 'date',
    message: `${dateHeader} is ${seconds} s ${side} ${clock}; 5 minutes are allowed.`,
    remedy: "Synchronize the client's clock, and sign each attempt again.",
  };
}

/** Switchboard rejects an unsigned acting-user, because an intermediary could have added it. */
function unsignedActingUser({ headers }: Capture): Flaw | undefined {
  if (!headers.has('acting-user') || furtherHeaders(headers).some(([name]) => name === 'acting-user')) return undefined;
  return {
    part: 'header',
    message: 'The signature is right, but acting-user is not signed.',
    remedy: "Add ';acting-user' to SignedHeaders, and a line 'acting-user:<value>' to the string to sign.",
  };
}

function nothingWrong({ body }: Capture): Flaw {
  const rest = body ? '' : ' The file does not contain the body (use --body <file>), so its hash was not checked.';
  return {
    part: 'nothing',
    message: `The signature is correct.${rest}`,
    remedy: `If it was rejected anyway, the server received a different request or has other keys: ${commandText('doctor', '--url <address>')}.`,
  };
}

function unknownKey(keys: readonly KnownKey[]): Flaw {
  return {
    part: 'key',
    message: 'The signature was created with another key, or more than one part differs.',
    remedy: `Sign with a key of ${[...new Set(expected(keys).map(({ owner }) => owner))].join(' or ')}; then compare the lines below.`,
  };
}

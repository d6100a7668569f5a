import { hostForms, targetForms } from '../../../shared/signing/canonical.ts';
import { contentHash, signature } from '../../../shared/signing/sign.ts';
import { MAXIMUM_CLOCK_SKEW_MILLISECONDS } from '../../../shared/signing/verify.ts';
import { bodyFlaw } from './body.ts';
import type { Capture } from './capture.ts';
import { type Claim, type Flaw, furtherHeaders, readClaim, signedDateHeader } from './claim.ts';
import { deviations, slips } from './deviations.ts';
import { type Deviation, type KnownKey, type SignedParts, textOf } from './parts.ts';

export interface Diagnosis extends Flaw {
  /** What we would have signed for the request, and our signature. */
  readonly ours: SignedParts;
  readonly ourSignature: string;
  /** What the client signed, as far as its signature shows; otherwise what the request contains. */
  readonly theirs: SignedParts;
  readonly theirSignature: string;
}

export interface Question {
  readonly capture: Capture;
  /** At least one of them is expected. */
  readonly keys: readonly KnownKey[];
  /** Hosts under which the client may know us, besides that of the request. */
  readonly hosts: readonly string[];
  /** The time to compare the request's date with, if the capture has none. */
  readonly now: Date;
}

/** Finds the one part by which a signature differs from ours. */
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

function judge(claim: Claim, claimed: SignedParts, question: Question): Judgement {
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

/** What Switchboard makes of the request. */
function partsOf({ method, target, headers, body }: Capture): SignedParts {
  const claimedHash = headers.get('x-ms-content-sha256') ?? '';
  return {
    method: method.toUpperCase(),
    target: [...targetForms(target, false)].at(-1) ?? target, // as our own signer, and the official JavaScript one
    date: headers.get(signedDateHeader(headers)) ?? '',
    host: headers.get('host') ?? '',
    contentHash: body ? contentHash(body) : claimedHash,
    more: furtherHeaders(headers),
  };
}

/** The parts in every form that a verifier accepts. */
function acceptedForms(parts: SignedParts, pathWasDecoded: boolean): SignedParts[] {
  const hosts = hostForms([parts.host]);
  return [...targetForms(parts.target, pathWasDecoded)].flatMap((target) =>
    hosts.map((host) => ({ ...parts, target, host })),
  );
}

function searcher(parts: SignedParts, claim: Claim) {
  const texts = acceptedForms(parts, true).map(textOf);
  const signaturesOf = (keys: readonly KnownKey[]) =>
    keys.flatMap(({ key }) => texts.map((text) => signature(text, key)));
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

/** Our signature, written otherwise or damaged in one place. */
function spellingFlaw(signatures: readonly string[], theirs: string): Flaw | undefined {
  const remedy = 'Send the signature as base64 with + and / and =, not encoded any further.';
  for (const ours of signatures) {
    const bytes = Buffer.from(ours, 'base64');
    const urlForms = [bytes.toString('base64url'), ours.replaceAll('+', '-').replaceAll('/', '_')];
    const written = (how: string): Flaw => ({
      part: 'signature',
      message: `The signature is right, but ${how}.`,
      remedy,
    });
    if (urlForms.includes(theirs)) return written('is base64url');
    if (theirs.toLowerCase() === bytes.toString('hex')) return written('in hexadecimal');
    if (theirs === encodeURIComponent(ours)) return written('percent-encoded');
    if (theirs === ours.replace(/={1,2}$/, '')) return written('lacks the = at its end');
    if (isDamaged(ours, theirs)) return written('damaged in one place');
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

/** The deviation under which the signature fits; the likely ones are tried first. */
function deviationOf(claim: Claim, claimed: SignedParts, { hosts, keys }: Question): Deviation | undefined {
  const signingKeys = expected(keys).map(({ key }) => key);
  const fits = ({ text, parts }: Deviation) =>
    signingKeys.some((key) => signature(text ?? textOf(parts), key) === claim.signature);
  for (const parts of acceptedForms(claimed, false)) {
    for (const deviation of deviations(parts, hosts)) if (fits(deviation)) return deviation;
  }
  for (const parts of acceptedForms(claimed, false)) {
    for (const deviation of slips(parts)) if (fits(deviation)) return deviation;
  }
  return undefined;
}

function fromDeviation(deviation: Deviation | undefined): Judgement | undefined {
  if (!deviation) return undefined;
  const { part, what, remedy, parts } = deviation;
  return { part, message: `The client signed ${what}.`, remedy, theirs: parts };
}

function dateFlaw({ dateHeader, date }: Claim, { capture, now }: Question): Flaw | undefined {
  const { answeredOn } = capture;
  const apart = Date.parse(date) - (answeredOn ?? now).getTime();
  if (Math.abs(apart) <= MAXIMUM_CLOCK_SKEW_MILLISECONDS) return undefined;
  const seconds = Math.round(Math.abs(apart) / 1000);
  const side = apart > 0 ? 'ahead of' : 'behind';
  const clock = answeredOn
    ? "the server's clock"
    : "this machine's clock (which says nothing if the request is an old one)";
  return {
    part: 'date',
    message: `${dateHeader} is ${seconds} s ${side} ${clock}; 5 minutes are allowed.`,
    remedy: "Set the client's clock by a time server, and sign each try afresh.",
  };
}

/** Switchboard refuses it, so that nobody on the way can add it. */
function unsignedActingUser({ headers }: Capture): Flaw | undefined {
  if (!headers.has('acting-user') || furtherHeaders(headers).some(([name]) => name === 'acting-user')) return undefined;
  return {
    part: 'header',
    message: 'The signature is right, but acting-user is not signed.',
    remedy: "Add ';acting-user' to SignedHeaders, and a line 'acting-user:<value>' to the string to sign.",
  };
}

function nothingWrong({ body }: Capture): Flaw {
  const rest = body ? '' : ' The body is not in the file (give --body <file>), so its hash could not be looked at.';
  return {
    part: 'nothing',
    message: `The signature is the one that we would have made.${rest}`,
    remedy:
      'If it was refused all the same, the server got another request than this one, or has other keys: npm run doctor -- --url <address>.',
  };
}

function unknownKey(keys: readonly KnownKey[]): Flaw {
  return {
    part: 'key',
    message: 'The signature was made with another key, or more than one part differs.',
    remedy: `Sign with a key of ${[...new Set(expected(keys).map(({ owner }) => owner))].join(' or ')}; then compare line by line with what follows.`,
  };
}

import { hostForms, type SignedHeader, stringToSign, targetForms } from './canonical.ts';

/** What the signature of a received request is held against. */
export interface SignedFacts {
  readonly date: string;
  readonly contentHash: string;
  readonly more: readonly SignedHeader[];
}

export interface ReceivedTarget {
  readonly method: string;
  readonly target: string;
  readonly pathWasDecoded?: boolean;
  readonly isLoopbackHttp?: boolean;
  readonly hosts: readonly string[];
}

/**
 * Each text costs one HMAC for each key, and a stranger chooses the request: both the number of the texts and their length
 * together are limited. The spellings of the usual clients are among the first.
 */
const MAXIMUM_TEXTS = 40;
const MAXIMUM_CHARACTERS = 32 * 1024;

/** The strings that the client may have signed, most likely first: at least one, and never more than a key can be tried on. */
export function candidateTexts(request: ReceivedTarget, { date, contentHash, more }: SignedFacts): string[] {
  const method = request.method.toUpperCase();
  const hosts = hostForms(request.hosts);
  const texts: string[] = [];
  let characters = 0;
  for (const target of signedTargets(request)) {
    for (const host of hosts) {
      const text = stringToSign(method, target, date, host, contentHash, more);
      characters += text.length;
      if (texts.length > 0 && (texts.length === MAXIMUM_TEXTS || characters > MAXIMUM_CHARACTERS)) return texts;
      texts.push(text);
    }
  }
  return texts;
}

/** Each form of the target and, over http on this machine, the same without its leading slash. */
function* signedTargets({ target, pathWasDecoded = false, isLoopbackHttp }: ReceivedTarget): Generator<string> {
  for (const form of targetForms(target, pathWasDecoded)) {
    yield form;
    if (isLoopbackHttp) yield form.slice(1);
  }
}

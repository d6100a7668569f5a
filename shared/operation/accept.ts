const JSON_TYPE = 'application/json';

/**
 * The content type in which to answer: the operation's other one if the caller prefers it to JSON. A caller who accepts
 * neither gets JSON, as from ACS.
 *
 * @see RFC 9110 §12.5.1
 */
export async function negotiatedType(textType: string | undefined, accept: string | null): Promise<string> {
  if (textType === undefined || accept === null) return JSON_TYPE;
  const { default: Negotiator } = await import('negotiator');
  const offered = [JSON_TYPE, textType].flatMap((type) => [type, `${type};charset=utf-8`]);
  const [preferred = JSON_TYPE] = new Negotiator({ headers: { accept } }).mediaTypes(offered);
  return preferred.startsWith(textType) ? textType : JSON_TYPE;
}

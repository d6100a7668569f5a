/** What the codes of network errors mean. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections (ECONNREFUSED)',
  ECONNRESET: 'breaks connections off (ECONNRESET)',
  EHOSTUNREACH: 'cannot be reached (EHOSTUNREACH)',
  ENETUNREACH: 'cannot be reached (ENETUNREACH)',
  ENOTFOUND: 'has a name that is not known (ENOTFOUND)',
  EAI_AGAIN: 'has a name that cannot be looked up now (EAI_AGAIN)',
  ETIMEDOUT: 'does not answer (ETIMEDOUT)',
};

const NO_ANSWER = new Set(['AbortError', 'TimeoutError']);

/** Why a call failed, by the codes of its error: the texts of errors may quote what nobody is to see. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'fails';
  if (NO_ANSWER.has(error.name)) return 'does not answer in time';
  const { code, statusCode, details } = error as Error & Partial<Record<'code' | 'statusCode' | 'details', unknown>>;
  if (typeof statusCode === 'number') return `answers ${statusCode}${codeText(code ?? errorCodeIn(details))}`;
  if (typeof code === 'string') return NETWORK[code] ?? `cannot be reached (${code})`;
  return /Credential|Authentication/.test(error.name)
    ? 'gives no Entra token to this identity'
    : `fails (${error.name})`;
}

/** Where the SDK has the service's own code in its details only. */
function errorCodeIn(details: unknown): unknown {
  return typeof details === 'object' && details !== null && 'errorCode' in details ? details.errorCode : undefined;
}

function codeText(code: unknown): string {
  return typeof code === 'string' ? ` ${code}` : '';
}

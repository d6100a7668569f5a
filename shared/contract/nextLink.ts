import { API_VERSION } from './common.ts';

/**
 * Returns the URL of the next page; undefined on the last page.
 *
 * @param url of the list
 * @param next where the next page starts; undefined on the last page
 * @param query the other parameters of the request; undefined ones are left out
 */
export function nextLinkOf(
  url: string,
  next: string | number | undefined,
  query: Readonly<Record<string, string | number | undefined>>,
): string | undefined {
  if (next === undefined) return undefined;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after: next, 'api-version': API_VERSION })) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `${url}?${parameters}`;
}

/**
 * Reads a .NET TimeSpan (`[d.]hh:mm:ss[.fffffff]`), the form of every duration in host.json.
 *
 * @returns milliseconds, or undefined when the text is none
 * @see https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings
 */
export function timeSpanMilliseconds(text: string): number | undefined {
  const parts = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,7})?$/.exec(text);
  if (!parts) return undefined;
  const part = (group: number) => Number(parts[group] ?? 0);
  if (part(2) > 23 || part(3) > 59 || part(4) > 59) return undefined;
  const minutes = (part(1) * 24 + part(2)) * 60 + part(3);
  return (minutes * 60 + part(4)) * 1000 + Math.round(part(5) * 1000);
}

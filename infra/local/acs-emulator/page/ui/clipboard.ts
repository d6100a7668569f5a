/**
 * Copies to the clipboard.
 *
 * @throws Error if the browser refuses
 */
export async function copyText(text: string): Promise<void> {
  // Absent on http addresses other than localhost: https://developer.mozilla.org/docs/Web/API/Clipboard
  if ('clipboard' in navigator) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('The browser did not allow to copy.');
}

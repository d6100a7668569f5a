const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** The day of a time in the reader's time zone, to compare with others. */
export function dayOf(at: string): string {
  return new Date(at).toDateString();
}

/** `Today`, `Yesterday`, or the date. */
export function dayName(at: string, now: Date): string {
  const day = new Date(at);
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return 'Today';
  return day.toDateString() === yesterday.toDateString() ? 'Yesterday' : DAY.format(day);
}

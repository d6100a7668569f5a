const OPTION_OF_FIELD: readonly (readonly [RegExp, string])[] = [
  [/'text\/csv; charset=([\w-]+)'/, "'--charset $1'"],
  [/\bset defaultCountry\b/, 'set --default-country'],
  [/^defaultCountry:/, '--default-country:'],
  [/^sendAt:/, '--send-at:'],
];

/** Replaces API fields that a message of Switchboard names by the options of `npm run batch` that set them. */
export function inOptions(message: string): string {
  return OPTION_OF_FIELD.reduce((text, [field, option]) => text.replace(field, option), message);
}

/** Paths on a grid of 16, drawn with a line of 1.5. */
const PATHS = {
  all: 'M2.5 9.5h3l1 2h3l1-2h3M4 3.5h8l1.5 6v3h-11v-3z',
  sms: 'M2.5 3.5h11v7.5H7.5L4.5 13.5V11h-2z',
  email: 'M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5',
  chat: 'M2 2.5h8.5v6H6L3.5 10.5v-2H2zM12.5 5.5H14v6h-1.5v2L10 11.5H7',
  identity: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.75 13.5c.5-2.5 2.5-3.75 5.25-3.75s4.75 1.250 5.25 3.75',
  request: 'M2.500 5.500h10M9.500 2.500l3 3-3 3M13.500 10.500h-10M6.500 7.500l-3 3 3 3',
  controls: 'M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6M10 3v3M6 10v3',
  api: 'M5.500 4.500 2 8l3.500 3.500M10.500 4.500 14 8l-3.500 3.500',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M9.500 3.500 5 8l4.500 4.500M5 8h8.500',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  check: 'M3 8.500 6.500 12 13 4.500',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.250 6.250C6.250 4 9.750 4 9.750 6.250 9.750 7.750 8 7.500 8 9.250M8 11.250v.5',
  group: 'M2.500 3.500h11M5.500 6.500h8M5.500 9.500h8M5.500 12.500h8',
  more: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  warning: 'M8 2.500 14.500 13.500h-13zM8 6.500v3.500M8 11.750v.5',
  chevron: 'M6 4l4 4-4 4',
  arrow: 'M8 13V3M4 7l4-4 4 4',
  trash: 'M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.500 9h6l.500-9',
  download: 'M8 2.500v7.500M5 7l3 3 3-3M2.500 13.500h11',
  upload: 'M8 10V2.500M5 5.500l3-3 3 3M2.500 13.500h11',
  plus: 'M8 3v10M3 8h10',
  link: 'M7 9a2.500 2.500 0 0 0 3.500 0l2.500-2.500A2.500 2.500 0 0 0 9.500 3L8.500 4M9 7a2.500 2.500 0 0 0-3.500 0L3 9.500A2.500 2.500 0 0 0 6.500 13l1-1',
  file: 'M4 2h5.5L12.5 5v9H4zM9.5 2v3h3',
  theme: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12',
  mailbox: 'M2.500 6.500h11v7h-11zM4 4.500h8M5.500 2.500h5',
} as const;

export type IconName = keyof typeof PATHS;

/** Always beside a text or in something with a label, so that it needs none itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

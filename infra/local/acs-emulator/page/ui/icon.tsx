/** Paths on a grid of 16, drawn with a line of 1.5. */
const PATHS = {
  all: 'M2.5 9.5h3l1 2h3l1-2h3M4 3.5h8l1.5 6v3h-11v-3z',
  sms: 'M2.5 3.5h11v7.5H7.5L4.5 13.5V11h-2z',
  email: 'M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5',
  chat: 'M2 2.5h8.5v6H6L3.5 10.5v-2H2zM12.5 5.5H14v6h-1.5v2L10 11.5H7',
  identity: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.75 13.5c.5-2.5 2.5-3.75 5.25-3.75s4.75 1.25 5.25 3.75',
  request: 'M2.5 5.5h10M9.5 2.5l3 3-3 3M13.5 10.5h-10M6.5 7.5l-3 3 3 3',
  controls: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3',
  api: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  command:
    'M5.5 5.5h5v5h-5zM5.5 5.5V4A1.5 1.5 0 1 0 4 5.5zM10.5 5.5H12A1.5 1.5 0 1 0 10.5 4zM10.5 10.5V12a1.5 1.5 0 1 0 1.5-1.5zM5.5 10.5H4A1.5 1.5 0 1 0 5.5 12z',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M9.5 3.5 5 8l4.5 4.5M5 8h8.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5 6.5 12 13 4.5',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.25 6.25C6.25 4 9.75 4 9.75 6.25 9.75 7.75 8 7.5 8 9.25M8 11.25v.5',
  group: 'M2.5 3.5h11M5.5 6.5h8M5.5 9.5h8M5.5 12.5h8',
  more: 'M3.25 8h.5M7.75 8h.5M12.25 8h.5',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.75v.5',
  chevron: 'M6 4l4 4-4 4',
  arrow: 'M8 13V3M4 7l4-4 4 4',
  received: 'M12.5 3.5l-8 8M4.5 5.5v6h6',
  trash: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9',
  download: 'M8 2.5v7.5M5 7l3 3 3-3M2.5 13.5h11',
  upload: 'M8 10V2.5M5 5.5l3-3 3 3M2.5 13.5h11',
  plus: 'M8 3v10M3 8h10',
  link: 'M7 9a2.5 2.5 0 0 0 3.5 0l2.5-2.5A2.5 2.5 0 0 0 9.5 3L8.5 4M9 7a2.5 2.5 0 0 0-3.5 0L3 9.5A2.5 2.5 0 0 0 6.5 13l1-1',
  file: 'M4 2h5.5L12.5 5v9H4zM9.5 2v3h3',
  theme: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12',
  mailbox: 'M2.5 6.5h11v7h-11zM4 4.5h8M5.5 2.5h5',
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

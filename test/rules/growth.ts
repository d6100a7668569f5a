const STEPS = { first: [16, 20, 24, 28, 32], largest: 16 * 1024 };

/** Less than this says nothing about growth. */
const MEASURABLE_MILLISECONDS = 20;

/** Four times the text may take four times the time, and as much again for what else the machine does. */
const MAXIMUM_RATIO = 8;

const TRIES = 4;

/** Of each class of characters, one that is in it. */
const CLASS_MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/\\d|0-9|\\p\{N/, '1'],
  [/\\s|\\p\{Z| /, ' '],
  [/\\w|a-z|A-Z|\\p\{L/, 'a'],
  [/\[\^|\.|\\[SDWP]/, '!'],
  [/\\r|\\n/, '\n'],
  [/\\t/, '\t'],
];

/** A hostile text for which an expression takes more time than its length justifies; undefined where none is found. */
export function slowTextFor(expression: RegExp): string | undefined {
  const prefix = literalPrefix(expression.source);
  for (const pump of pumpsFor(expression.source)) {
    for (const start of new Set(['', prefix])) {
      for (const tail of ['\u0000', '']) {
        const text = (count: number) => start + pump.repeat(Math.ceil(count / pump.length)) + tail;
        if (growsTooFast(expression, text)) return JSON.stringify(`${start}${pump}…${tail}`);
      }
    }
  }
  return undefined;
}

/** Each character that the expression names, and each two of them. */
function pumpsFor(source: string): string[] {
  const literals = source.replaceAll(/\\[dswDSWpPbBtrnuk](?:\{[^{}]*\})?/g, '').replaceAll(/[\\^$*+?()[\]|]/g, '');
  const classes = CLASS_MEMBERS.filter(([form]) => form.test(source)).map(([, member]) => member);
  const characters = [...new Set([...classes, ...literals])].slice(0, 9);
  const pairs = characters.flatMap((one) => characters.filter((it) => it !== one).map((other) => one + other));
  const words = literals.match(/[A-Za-z]{3,}/g) ?? [];
  return [...characters, ...pairs, ...words];
}

function literalPrefix(source: string): string {
  return /^\^?((?:[\w <:;=/-]|\\[/{}.])*)/.exec(source)?.[1]?.replaceAll('\\', '') ?? '';
}

function growsTooFast(expression: RegExp, text: (count: number) => string): boolean {
  const isSlow = (count: number) => milliseconds(expression, text(count)) >= MEASURABLE_MILLISECONDS;
  for (const count of sizes()) {
    // Once may be a collection of garbage.
    if (!Array.from({ length: TRIES }).every(() => isSlow(count))) continue;
    if (count <= 32) return true;
    return ratios(expression, text, count).every((ratio) => ratio > MAXIMUM_RATIO);
  }
  return false;
}

function* sizes(): Generator<number> {
  yield* STEPS.first;
  for (let count = 64; count <= STEPS.largest; count *= 2) yield count;
}

/** How much longer a text takes than one of a quarter of its length, tried until a ratio is fine. */
function* ratioTries(expression: RegExp, text: (count: number) => string, count: number): Generator<number> {
  for (let run = 0; run < TRIES; run += 1) {
    yield milliseconds(expression, text(count)) / Math.max(0.01, milliseconds(expression, text(count / 4)));
  }
}

function ratios(...args: Parameters<typeof ratioTries>): number[] {
  const tried: number[] = [];
  for (const ratio of ratioTries(...args)) {
    tried.push(ratio);
    if (ratio <= MAXIMUM_RATIO) break;
  }
  return tried;
}

/** Of the processor: what other programs do does not count. */
function milliseconds(expression: RegExp, text: string): number {
  const before = process.cpuUsage();
  if (expression.global) text.replace(expression, '');
  else expression.test(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

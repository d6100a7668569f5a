const STEPS = { first: [16, 20, 24, 28, 32], largest: 16 * 1024 };

/** A shorter time says nothing about growth. */
const MEASURABLE_MILLISECONDS = 20;

/** Linear growth makes four times the text take 4 times as long, quadratic growth 16 times: half-way on a log scale. */
const MAXIMUM_RATIO = 8;

const RUNS = 5;

/** Of each class of characters, one that is in it. */
const CLASS_MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/\\d|0-9|\\p\{N/, '1'],
  [/\\s|\\p\{Z| /, ' '],
  [/\\w|a-z|A-Z|\\p\{L/, 'a'],
  [/\[\^|\.|\\[SDWP]/, '!'],
  [/\\r|\\n/, '\n'],
  [/\\t/, '\t'],
];

/** Returns a hostile text whose matching time grows faster than its length, or undefined if none is found. */
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

/** @param text makes one of about the number of characters */
export function growsTooFast(expression: RegExp, text: (count: number) => string): boolean {
  for (const count of sizes()) {
    const time = leastMilliseconds(expression, text(count), MEASURABLE_MILLISECONDS);
    if (time < MEASURABLE_MILLISECONDS) continue;
    return count <= 32 || time / leastMilliseconds(expression, text(count / 4)) > MAXIMUM_RATIO;
  }
  return false;
}

function* sizes(): Generator<number> {
  yield* STEPS.first;
  for (let count = 64; count <= STEPS.largest; count *= 2) yield count;
}

/**
 * The least of several measurements: a garbage collection, a compilation or a busy machine can only add to one.
 *
 * @param enough ends the measurements early, once one is below it
 */
function leastMilliseconds(expression: RegExp, text: string, enough = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS && least >= enough; run += 1) least = Math.min(least, milliseconds(expression, text));
  return Math.max(least, 0.001);
}

/** CPU time of this process, which other programs do not change. */
function milliseconds(expression: RegExp, text: string): number {
  const before = process.cpuUsage();
  if (expression.global) text.replace(expression, '');
  else expression.test(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

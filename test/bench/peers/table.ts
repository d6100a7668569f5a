import { type Figures, figure } from '../report.ts';
import { rounded } from '../statistics.ts';
import type { Contender } from './contender.ts';
import type { Aftermath } from './kills.ts';
import type { Rates } from './throughput.ts';

export interface Measured {
  readonly contender: Contender;
  readonly rates: Rates;
  /** With random repeatability ids; Switchboard's are always the same. */
  readonly killed: Aftermath;
  /** With ids that are the same in every attempt. */
  readonly killedSameIds: Aftermath | undefined;
}

export function figuresOf({ contender, rates, killed, killedSameIds }: Measured): Figures {
  const name = `peers.${contender.name}`;
  return {
    [`${name}.recipientsPerSecond`]: figure(rates.recipientsPerSecond),
    [`${name}.manyRecipientsPerSecond`]: figure(rates.manyPerSecond),
    [`${name}.acceptMilliseconds`]: figure(rates.acceptMilliseconds),
    ...(rates.singlesPerSecond === undefined ? {} : { [`${name}.singlesPerSecond`]: figure(rates.singlesPerSecond) }),
    ...killFigures(`${name}.killed`, killed),
    ...(killedSameIds ? killFigures(`${name}.killedSameIds`, killedSameIds) : {}),
  };
}

function killFigures(name: string, { finishSeconds, ...counts }: Aftermath): Figures {
  return {
    ...(finishSeconds === undefined ? {} : { [`${name}.finishSeconds`]: figure(finishSeconds) }),
    ...Object.fromEntries(Object.entries(counts).map(([count, value]) => [`${name}.${count}`, figure(value)])),
  };
}

const HEADINGS = [
  ...['', 'recipients/s', 'of 100,000', 'accepted after', 'one job each'],
  ...['killed: ends after', 'sent twice', 'suppressed', 'in doubt', 'lost', 'no result', 'sent twice, same ids'],
];

/** The rows of the table in README.md. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = measured.map(({ contender, rates, killed, killedSameIds }) => [
    contender.label,
    count(rates.recipientsPerSecond),
    count(rates.manyPerSecond),
    `${count(rates.acceptMilliseconds)} ms`,
    rates.singlesPerSecond === undefined ? '' : `${count(rates.singlesPerSecond)}/s`,
    killed.finishSeconds === undefined ? 'never' : `${count(killed.finishSeconds)} s`,
    ...[killed.duplicates, killed.suppressed, killed.inDoubt, killed.lost, killed.withoutResult].map(count),
    killedSameIds ? count(killedSameIds.duplicates) : '',
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(HEADINGS), line(HEADINGS.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function count(value: number): string {
  return rounded(value).toLocaleString('en-US');
}

import type { RecipientState, SmsBatchCounts, SmsBatchResult } from '../../shared/contract/smsBatch.ts';

/** One message that ACS has delivered. */
export interface Delivered {
  readonly to: string;
  readonly messageId: string;
}

/** What a batch says of itself, held against what ACS delivered. */
export interface Account {
  /** Deliveries beyond the first to one recipient. */
  readonly duplicates: number;
  /** Recipients who got nothing, of whom the batch does not say so. */
  readonly lost: number;
  /** Recipients of whom the batch says that it does not know; each may have got it once. */
  readonly inDoubt: number;
  readonly failed: number;
  /** Everything else that does not agree, one line each. */
  readonly discrepancies: readonly string[];
}

export function isClean({ duplicates, lost, discrepancies }: Account): boolean {
  return duplicates === 0 && lost === 0 && discrepancies.length === 0;
}

export function accountText({ duplicates, lost, inDoubt }: Account): string {
  return `duplicates ${duplicates}, lost ${lost}, inDoubt ${inDoubt}`;
}

export interface Books {
  /** Everybody to whom it was to be sent, each once. */
  readonly recipients: readonly string[];
  readonly results: readonly SmsBatchResult[];
  readonly counts: SmsBatchCounts;
  readonly delivered: readonly Delivered[];
}

/** Compares recipient by recipient. */
export function reckon({ recipients, results, counts, delivered }: Books): Account {
  const deliveries = Map.groupBy(delivered, ({ to }) => to);
  const resultOf = new Map(results.map((result) => [result.to, result]));
  const verdicts = recipients.map((to) => judge(resultOf.get(to), deliveries.get(to) ?? []));
  const stateCount = (state: RecipientState) => results.filter((result) => result.state === state).length;
  const known = new Set(recipients);
  return {
    duplicates: verdicts.reduce((sum, { extra }) => sum + extra, 0),
    lost: verdicts.filter(({ isLost }) => isLost).length,
    inDoubt: stateCount('inDoubt'),
    failed: stateCount('failed'),
    discrepancies: [
      ...verdicts.flatMap(({ discrepancy }) => discrepancy ?? []),
      ...countDiscrepancies(counts, stateCount),
      ...(results.length === recipients.length ? [] : [`${results.length} results of ${recipients.length} recipients`]),
      ...[...deliveries.keys()].filter((to) => !known.has(to)).map((to) => `a delivery to the stranger ${to}`),
    ],
  };
}

interface Verdict {
  readonly extra: number;
  readonly isLost: boolean;
  readonly discrepancy?: string;
}

function judge(result: SmsBatchResult | undefined, deliveries: readonly Delivered[]): Verdict {
  const extra = Math.max(0, deliveries.length - 1);
  const [first] = deliveries;
  const state = result?.state;
  if (state === 'inDoubt') return { extra, isLost: false };
  if (state === 'failed') {
    const discrepancy = first && `${first.to} failed, and got it`;
    return { extra, isLost: false, ...(discrepancy ? { discrepancy } : {}) };
  }
  if (!first) return { extra, isLost: true };
  if (state === 'accepted' && result?.messageId === first.messageId) return { extra, isLost: false };
  return { extra, isLost: false, discrepancy: `${first.to} got ${first.messageId}; result ${JSON.stringify(result)}` };
}

function countDiscrepancies(counts: SmsBatchCounts, stateCount: (state: RecipientState) => number): string[] {
  const states = ['pending', 'accepted', 'failed', 'inDoubt', 'optedOut', 'canceled'] as const;
  return states
    .filter((state) => counts[state] !== stateCount(state))
    .map((state) => `${counts[state]} ${state} by the batch's counts, ${stateCount(state)} by its results`);
}

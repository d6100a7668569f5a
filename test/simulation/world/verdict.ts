import type { Simulation } from '../engine/types.ts';
import type { Acs } from './acs/acs.ts';
import type { Auditor } from './auditor.ts';
import type { History } from './history.ts';
import type { Installation } from './installation.ts';
import {
  completes,
  countersEqualResults,
  countsRows,
  reportsAreRecorded,
  resultsAreTrue,
} from './invariants/batches.ts';
import {
  endsInWindow,
  respectsPermissions,
  sentOnce,
  sentToRecipients,
  stopsWhenCanceled,
} from './invariants/deliveries.ts';
import { keepsLimits } from './invariants/limits.ts';
import { respectsOptOuts } from './invariants/optOuts.ts';
import { batchEvents, oneIdEach, privateOutcomes } from './invariants/outcomes.ts';
import { keepsRates } from './invariants/rates.ts';
import type { Violation } from './invariants/violation.ts';

export interface Facts {
  readonly simulation: Simulation;
  readonly installation: Installation;
  readonly history: History;
  readonly acs: Acs;
  readonly auditor: Auditor;
  /** Whether nothing has delayed anything: starts are on time then. */
  readonly isUndisturbed: boolean;
}

/** Fails the run for the first invariant that does not hold. */
function judge(simulation: Simulation, violations: Iterable<Violation>): void {
  for (const { invariant, facts } of violations) simulation.fail(invariant, facts);
}

/** What must hold whenever one looks. */
export function judgeHistory({
  simulation,
  installation,
  history,
  isUndisturbed,
}: Omit<Facts, 'auditor' | 'acs'>): void {
  judge(simulation, sentOnce(history));
  judge(simulation, sentToRecipients(history));
  judge(simulation, endsInWindow(history, installation.windowSeconds));
  judge(simulation, stopsWhenCanceled(history));
  judge(simulation, respectsPermissions(history));
  judge(simulation, respectsOptOuts(history));
  judge(simulation, keepsLimits(history, installation.clients));
  judge(simulation, countsRows(history));
  judge(simulation, keepsRates(history, installation.rates, isUndisturbed));
  const [mistake] = history.mistakes;
  if (mistake !== undefined) simulation.fail('no function fails by a mistake', { mistake });
}

/** What must hold when everything has ended. */
export async function judgeEnd(facts: Facts): Promise<void> {
  const { simulation, history, acs, auditor } = facts;
  judgeHistory(facts);
  judge(simulation, oneIdEach(history));
  judge(simulation, batchEvents(history));
  judge(simulation, privateOutcomes(history));
  const sms = acs.events.reports.filter(({ kind }) => kind === 'sms');
  const statuses = new Map(sms.map(({ messageId, status }) => [messageId, status]));
  for (const batch of history.batches.values()) {
    const final = await auditor.read(batch.intent.client, batch.id);
    judge(simulation, countersEqualResults(final));
    judge(simulation, resultsAreTrue(history, batch, final));
    judge(simulation, completes(history, batch, final));
    judge(simulation, reportsAreRecorded(final, statuses));
  }
}

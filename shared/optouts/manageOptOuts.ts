import { callOptOuts, type OptOutAction } from '../acs/optOuts.ts';
import type { AcsSession } from '../acs/session.ts';
import type { DestinationRule } from '../clients/destinations.ts';
import { numbersIn } from '../contract/phoneNumber.ts';
import { DESTINATION_NOT_ALLOWED } from '../contract/sms.ts';
import type { SmsOptOutRequest, SmsOptOutResult } from '../contract/smsOptOuts.ts';
import type { OptOuts } from './optOuts.ts';

export interface OptOutRules {
  readonly optOuts: Pick<OptOuts, 'now' | 'set' | 'optedOut'>;
  /** Returns why the client may not send to a number; undefined if it may. */
  readonly mayReach: DestinationRule;
}

type Item = SmsOptOutResult['value'][number];

/**
 * Adds, removes or checks opt-outs at ACS, and brings Switchboard's own in line with its answer. ACS comes first: if this
 * process dies in between, ACS blocks messages to those who were added, and Switchboard still blocks those who were removed.
 *
 * The result has an item for each recipient in the order of the request, also for those that the client may not send to.
 */
export async function manageOptOuts(
  acs: AcsSession,
  rules: OptOutRules,
  action: OptOutAction,
  request: SmsOptOutRequest,
): Promise<SmsOptOutResult> {
  const { from, recipients } = request;
  const isAllowed = recipients.map(({ to }) => numbersIn(to).every((it) => rules.mayReach(it) === undefined));
  const allowed = recipients.filter((_, index) => isAllowed[index]);
  if (allowed.length === 0) return { value: recipients.map(({ to }) => refusal(to)) };
  const calledOn = rules.optOuts.now();
  const result = await callOptOuts(acs, action, { from, recipients: allowed });
  const known = await settle(rules, { action, from, calledOn }, result.value);
  const rest = [...known];
  const value = recipients.flatMap(({ to }, index) => (isAllowed[index] ? rest.splice(0, 1) : refusal(to)));
  return { ...result, value: [...value, ...rest] };
}

function refusal(to: string): Item {
  return { to, httpStatusCode: 403, errorMessage: DESTINATION_NOT_ALLOWED };
}

export function hasSucceeded({ httpStatusCode }: Item): boolean {
  return httpStatusCode === 200;
}

interface OptOutCall {
  readonly action: OptOutAction;
  readonly from: string;
  /** When ACS was called (epoch milliseconds). */
  readonly calledOn: number;
}

/** Records what ACS answered, and returns its items; those of a check with what Switchboard knows. */
async function settle({ optOuts }: OptOutRules, call: OptOutCall, items: readonly Item[]): Promise<readonly Item[]> {
  const { action, from, calledOn } = call;
  const done = items.filter(hasSucceeded).map(({ to }) => numbersIn(to));
  if (action === 'add') {
    // From now on: a START that was on its way does not undo it.
    await optOuts.set(from, done.flat(), { optedOut: true, changedOn: optOuts.now() });
    return items;
  }
  if (action === 'remove') {
    // As of the call: a STOP that arrived during it prevails. A value that may mean several numbers frees none.
    const certain = done.filter(({ length }) => length === 1).flat();
    await optOuts.set(from, certain, { optedOut: false, changedOn: calledOn });
    return items;
  }
  return mergeCheck(optOuts, call, items);
}

/**
 * A recipient has opted out if ACS or Switchboard says so: ACS does not know the operator's own keywords, nor Switchboard
 * what was changed elsewhere. Opt-outs that only ACS knows are recorded. Those that only Switchboard knows are kept: they
 * may be outdated, or unknown to ACS.
 */
async function mergeCheck(
  optOuts: OptOutRules['optOuts'],
  { from, calledOn }: OptOutCall,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const known = await optOuts.optedOut(
    from,
    items.flatMap(({ to }) => numbersIn(to)),
  );
  const isKnown = ({ to }: Item) => numbersIn(to).some((it) => known.has(it));
  const unknown = items.filter((it) => it.isOptedOut === true && !isKnown(it)).flatMap(({ to }) => numbersIn(to));
  if (unknown.length > 0) await optOuts.set(from, unknown, { optedOut: true, changedOn: calledOn });
  return items.map((it) => (isKnown(it) ? { ...it, isOptedOut: true } : it));
}

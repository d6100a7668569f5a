import { callOptOuts, type OptOutAction } from '../acs/optOuts.ts';
import type { AcsSession } from '../acs/session.ts';
import type { DestinationRule } from '../clients/destinations.ts';
import { meantBy } from '../contract/phoneNumber.ts';
import { DESTINATION_NOT_ALLOWED } from '../contract/sms.ts';
import type { SmsOptOutRequest, SmsOptOutResult } from '../contract/smsOptOuts.ts';
import type { OptOuts, Recorded } from './optOuts.ts';
import { pairItems } from './pairItems.ts';

export interface OptOutRules {
  readonly optOuts: Pick<OptOuts, 'now' | 'recorded' | 'set' | 'optedOut'>;
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
  const isAllowed = recipients.map(({ to }) => rules.mayReach(to) === undefined);
  const allowed = recipients.filter((_, index) => isAllowed[index]);
  if (allowed.length === 0) return { value: recipients.map(({ to }) => refusal(to)) };
  const numbers = allowed.flatMap(({ to }) => meantBy(to));
  const replaced = action === 'remove' ? await rules.optOuts.recorded(from, numbers) : undefined;
  const calledOn = rules.optOuts.now();
  const result = await callOptOuts(acs, action, { from, recipients: allowed });
  const { paired, rest } = pairItems(allowed, result.value);
  const items = allowed.map(({ to }, index) => paired[index] ?? missing(to));
  const known = [...(await recordResult(rules, { action, from, calledOn, replaced }, items))];
  const value = recipients.flatMap(({ to }, index) => (isAllowed[index] ? known.splice(0, 1) : refusal(to)));
  return { ...result, value: [...value, ...rest] };
}

function refusal(to: string): Item {
  return { to, httpStatusCode: 403, errorMessage: DESTINATION_NOT_ALLOWED };
}

function missing(to: string): Item {
  return { to, httpStatusCode: 500, errorMessage: 'ACS returned no result for this recipient.' };
}

function hasSucceeded({ httpStatusCode }: Item): boolean {
  return httpStatusCode === 200;
}

/** The numbers of recipients whose opt-out was changed, and was not, for the audit log. */
export function effectOf({ value }: SmsOptOutResult) {
  const accepted = value.filter(hasSucceeded).length;
  return { recipients: { accepted, refused: value.length - accepted } };
}

interface OptOutCall {
  readonly action: OptOutAction;
  readonly from: string;
  /** When ACS was called (epoch milliseconds). */
  readonly calledOn: number;
  /** What a removal replaces. */
  readonly replaced: Recorded | undefined;
}

/** Records ACS's answer. @returns its items, for a check merged with what Switchboard knows */
async function recordResult(
  { optOuts }: OptOutRules,
  call: OptOutCall,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const { action, from, calledOn, replaced } = call;
  const done = items.filter(hasSucceeded).map(({ to }) => meantBy(to));
  if (action === 'add') {
    // From now on: a START that was on its way does not undo it.
    await optOuts.set(from, done.flat(), { optedOut: true, changedOn: optOuts.now() });
    return items;
  }
  if (action === 'remove') {
    // As of the call: a STOP that arrived during it or later prevails. A value that may mean several numbers frees none.
    const certain = done.filter(({ length }) => length === 1).flat();
    await optOuts.set(from, certain, { optedOut: false, changedOn: calledOn }, replaced);
    return items;
  }
  return mergeCheck(optOuts, call, items);
}

/**
 * How outdated ACS's answer to a check may be. It does not prevail over a removal or START within this time. ACS documents
 * no limit; live tests of its SDK that checked immediately after a change found the previous state.
 *
 * @see https://github.com/Azure/azure-sdk-for-js/issues/33153
 */
const MAXIMUM_DELAY_MILLISECONDS = 5 * 60_000;

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
    items.flatMap(({ to }) => meantBy(to)),
  );
  const isKnown = ({ to }: Item) => meantBy(to).some((it) => known.has(it));
  const unknown = items.filter((it) => it.isOptedOut === true && !isKnown(it)).flatMap(({ to }) => meantBy(to));
  if (unknown.length > 0) {
    await optOuts.set(from, unknown, { optedOut: true, changedOn: calledOn - MAXIMUM_DELAY_MILLISECONDS });
  }
  return items.map((it) => (isKnown(it) ? { ...it, isOptedOut: true } : it));
}

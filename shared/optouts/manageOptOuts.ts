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
 * The result has an item for each recipient in the order of the request, also for those that ACS is not asked about.
 */
export async function manageOptOuts(
  acs: AcsSession,
  rules: OptOutRules,
  action: OptOutAction,
  request: SmsOptOutRequest,
): Promise<SmsOptOutResult> {
  const { from, recipients } = request;
  const refusals = recipients.map(({ to }) => refusalOf(rules, action, to));
  const allowed = recipients.filter((_, index) => !refusals[index]);
  if (allowed.length === 0) return { value: refusals.filter((it) => it !== undefined) };
  const numbers = allowed.flatMap(({ to }) => meantBy(to));
  const replaced = action === 'remove' ? await rules.optOuts.recorded(from, numbers) : undefined;
  const calledOn = rules.optOuts.now();
  const result = await callOptOuts(acs, action, { from, recipients: allowed });
  const { paired, rest } = pairItems(allowed, result.value);
  const answers = allowed.map(({ to }, index) => ({ numbers: meantBy(to), item: paired[index] ?? missing(to) }));
  const items = [...(await recordAnswers(rules, { action, from, calledOn, replaced }, answers))];
  const value = refusals.flatMap((refusal) => refusal ?? items.splice(0, 1));
  return { ...result, value: [...value, ...rest] };
}

/** The item of a recipient that ACS is not asked about; undefined for all others. */
function refusalOf({ mayReach }: OptOutRules, action: OptOutAction, to: string): Item | undefined {
  if (mayReach(to) !== undefined) return { to, httpStatusCode: 403, errorMessage: DESTINATION_NOT_ALLOWED };
  // ACS may free one of several numbers that a value may mean, and does not say which.
  if (action === 'remove' && meantBy(to).length > 1) return { to, httpStatusCode: 400, errorMessage: INVALID_NUMBER };
  return undefined;
}

/** As ACS words it. @see ACS SMS REST 2026-01-23, example `OptOutRemove` */
const INVALID_NUMBER = 'Invalid recipient phone number format';

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

/** What ACS answered for a recipient. */
interface RecipientAnswer {
  /** The numbers that the request may mean; ACS may spell the recipient differently. */
  readonly numbers: readonly string[];
  readonly item: Item;
}

/** Records ACS's answers. @returns their items, for a check merged with what Switchboard knows */
async function recordAnswers(
  { optOuts }: OptOutRules,
  call: OptOutCall,
  answers: readonly RecipientAnswer[],
): Promise<readonly Item[]> {
  const { action, from, calledOn, replaced } = call;
  if (action === 'check') return mergeCheck(optOuts, call, answers);
  const changed = answers.filter(({ item }) => hasSucceeded(item)).flatMap(({ numbers }) => numbers);
  const optedOut = action === 'add';
  // An addition counts from now on: a START that was on its way does not undo it. A removal counts as of the call: a STOP
  // that arrived during it or later prevails.
  await optOuts.set(from, changed, { optedOut, changedOn: optedOut ? optOuts.now() : calledOn }, replaced);
  return answers.map(({ item }) => item);
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
  answers: readonly RecipientAnswer[],
): Promise<readonly Item[]> {
  const known = await optOuts.optedOut(
    from,
    answers.flatMap(({ numbers }) => numbers),
  );
  const isKnown = ({ numbers }: RecipientAnswer) => numbers.some((it) => known.has(it));
  const unknown = answers.filter((it) => it.item.isOptedOut === true && !isKnown(it)).flatMap(({ numbers }) => numbers);
  if (unknown.length > 0) {
    await optOuts.set(from, unknown, { optedOut: true, changedOn: calledOn - MAXIMUM_DELAY_MILLISECONDS });
  }
  return answers.map((it) => (isKnown(it) ? { ...it.item, isOptedOut: true } : it.item));
}

import type { History, OptOutRead, RecordedChoice, SmsRequest } from '../history.ts';
import type { Violation } from './violation.ts';

/** How long a process may use what it has read: the documented second. */
const KNOWN_MILLISECONDS = 1000;

/** From the check to the request, nothing is awaited but the check itself. */
const NEXT_MILLISECONDS = 50;

/** ACS's clock and Switchboard's may differ: choices this close in time may count in either order. */
const SAME_TIME_MILLISECONDS = 15_000;

/** No message to a number that has opted out, as soon as the process can know it. */
export function* respectsOptOuts(history: History): Generator<Violation> {
  const choices = Map.groupBy(history.choices, keyOf);
  const reads = Map.groupBy(history.optOutReads, ({ process }) => process);
  if (choices.size === 0) return;
  for (const request of history.requests) {
    for (const number of request.numbers) {
      const own = choices.get(`${request.from} ${number}`);
      const optOut = own && optOutBefore(own, request.startedOn);
      if (!optOut || mayBeUnaware(optOut, request, reads.get(request.process) ?? [])) continue;
      yield { invariant: 'no message to a number that has opted out', facts: { request, number, optOut } };
    }
  }
}

function keyOf({ sender, number }: RecordedChoice): string {
  return `${sender} ${number}`;
}

/** An opt-out that is recorded and that certainly nothing has replaced. */
function optOutBefore(choices: readonly RecordedChoice[], time: number): RecordedChoice | undefined {
  const isReplaced = (it: RecordedChoice) =>
    choices.some(({ optedOut, madeOn }) => !optedOut && madeOn > it.madeOn - SAME_TIME_MILLISECONDS && madeOn <= time);
  return choices.find((it) => it.optedOut && it.recordedOn < time && !isReplaced(it));
}

/** Whether the process sends by what it read before the opt-out was recorded, no more than a second ago. */
function mayBeUnaware(
  { recordedOn }: RecordedChoice,
  { startedOn }: SmsRequest,
  reads: readonly OptOutRead[],
): boolean {
  return reads.some(
    (read) =>
      read.startedOn <= recordedOn &&
      read.endedOn <= startedOn &&
      startedOn <= Math.max(read.endedOn, read.startedOn + KNOWN_MILLISECONDS) + NEXT_MILLISECONDS,
  );
}

import type { PlantedFault } from './plantedFault.ts';

const BATCH_TESTS = ['test/unit/smsbatch'];

const FAULTS: readonly Omit<PlantedFault, 'tests'>[] = [
  {
    name: 'a claim has no lease',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'wakeOn: now + leaseMilliseconds,',
    replace: 'wakeOn: now,',
  },
  {
    name: 'a leased chunk is claimed by a second process',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'if (!stored || !isDue(stored.state, now)) return undefined;',
    replace: "if (!stored || stored.state.state === 'done') return undefined;",
  },
  {
    name: 'a repetition starts a new window of ACS',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'const firstSent = doubtful ? stored.state.firstSent : now;',
    replace: 'const firstSent = now;',
  },
  {
    name: 'a chunk taken over from a dead process is not doubtful',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'const doubtful = isDoubtful(stored.state);\n  const firstSent',
    replace: 'const { doubtful } = stored.state;\n  const firstSent',
  },
  {
    name: 'messages in doubt are repeated after the window of ACS',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'return doubtful && now() > lastStartInWindow(firstSent, settings.repeatabilityWindowSeconds);',
    replace: 'return doubtful && now() > firstSent + 2 * settings.repeatabilityWindowSeconds * 1000;',
  },
  {
    name: 'an interrupted chunk of a canceled batch counts as never sent',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: "isDoubtful(stored.state) ? fillOpen(results, ['inDoubt']) : results",
    replace: 'results',
  },
  {
    name: 'a 429 counts as a failed try',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'const isFailedTry = reason !== undefined && pauseSeconds === undefined;',
    replace: 'const isFailedTry = reason !== undefined;',
  },
  {
    name: 'the pause of a sender is not checked before a chunk is sent',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'if (pausedUntil > context.now()) return putBackChunk(context, batch, message, pausedUntil);',
    replace: '',
  },
  {
    name: 'permission is checked only when the batch is split',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: ' || (await revokeIfRefused(context, batch))',
    replace: '',
  },
  {
    name: 'permission is checked only before the first request of a chunk',
    file: 'shared/smsbatch/send/attempt.ts',
    find: 'if (refusalOf(context, batch) !== undefined) return true;',
    replace: '',
  },
  {
    name: 'a cancellation does not stop a chunk between two requests',
    file: 'shared/smsbatch/send/attempt.ts',
    find: "return current?.state === 'canceled';",
    replace: 'return current === undefined;',
  },
  {
    name: 'a chunk is sent on after a 429',
    file: 'shared/smsbatch/send/attempt.ts',
    find: 'attempt.pauseSeconds === undefined && context.now() <= lastStart',
    replace: 'context.now() <= lastStart',
  },
  {
    name: 'requests start until the lease ends',
    file: 'shared/smsbatch/send/attempt.ts',
    find: 'const lastStartInLease = wakeOn - CLOSING_MILLISECONDS - RECORDING_MILLISECONDS;',
    replace: 'const lastStartInLease = wakeOn;',
  },
  {
    name: 'opted-out recipients are sent to',
    file: 'shared/smsbatch/send/attempt.ts',
    find: 'const optedOut = await optedOutIn(context, claimed, group.indexes);',
    replace: 'const optedOut: number[] = [];',
  },
  {
    name: 'a result of one request overwrites those of others',
    file: 'shared/smsbatch/send/attempt.ts',
    find: 'attempt.results.map((known, index) => results.get(index) ?? known)',
    replace: 'attempt.results.map((_, index) => results.get(index) ?? null)',
  },
  {
    name: 'a recipient without an item in the answer has failed for certain',
    file: 'shared/smsbatch/send/attempt.ts',
    find: '} else if (!item || status === OUTSIDE_WINDOW) {',
    replace: '} else if (status === OUTSIDE_WINDOW) {',
  },
  {
    name: 'a refused repetition counts as failed although the first try may have been accepted',
    file: 'shared/smsbatch/send/attempt.ts',
    find: "const result = wasDoubtful ? (['inDoubt'] as const) : failedResult(reason.status, reason.message);",
    replace: 'const result = failedResult(reason.status, reason.message);',
  },
  {
    name: 'a repetition has new ids',
    file: 'shared/smsbatch/send/requestIds.ts',
    find: 'const name = part === 0 ? [id, chunk, redrive] : [id, chunk, redrive, part];',
    replace: 'const name = [id, chunk, redrive, part, crypto.randomUUID()];',
  },
  {
    name: 'a redriven message has the ids of the first send',
    file: 'shared/smsbatch/send/requestIds.ts',
    find: 'const name = part === 0 ? [id, chunk, redrive] : [id, chunk, redrive, part];',
    replace: 'const name = [id, chunk, part];',
  },
  {
    name: 'the tag of another client is taken for one of a batch',
    file: 'shared/smsbatch/send/requestIds.ts',
    find: 'isSealOf(seal, secret, PURPOSE, [batchId, chunk])',
    replace: 'seal.length > 0',
  },
  {
    name: 'chunks leave much of a sender’s rate unused',
    file: 'shared/smsbatch/send/pace.ts',
    find: 'Math.floor(ratePerMinute / Math.ceil(ratePerMinute / most))',
    replace: 'Math.floor(Math.min(ratePerMinute, most))',
  },
  {
    name: 'a sender is taken to be twice as fast as it is',
    file: 'shared/smsbatch/send/pace.ts',
    find: 'if (own !== undefined) return { key: sender, ratePerMinute: own };',
    replace: 'if (own !== undefined) return { key: sender, ratePerMinute: 2 * own };',
  },
  {
    name: 'chunks that an outage has delayed are all sent at once',
    file: 'shared/smsbatch/send/chunkTime.ts',
    find: 'if (now() - sendOn <= LATE_MILLISECONDS) return true;',
    replace: 'if (now() - sendOn <= 1000 * LATE_MILLISECONDS) return true;',
  },
  {
    name: 'a chunk is sent as early as its message arrives',
    file: 'shared/smsbatch/send/chunkTime.ts',
    find: 'if (sendOn - now() > EARLY_MILLISECONDS) {',
    replace: 'if (sendOn - now() > 60 * EARLY_MILLISECONDS) {',
  },
  {
    name: 'chunks that are always late are postponed for ever',
    file: 'shared/smsbatch/send/chunkTime.ts',
    find: 'return postponed < 2 ? 0 :',
    replace: 'return postponed < 1e9 ? 0 :',
  },
  {
    name: 'another try uses the time that was reserved for the first',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: 'await sendChunkMessage(context, message, wakeOn, pauseSeconds === undefined ? NO_TIME : wakeOn);',
    replace: 'await sendChunkMessage(context, message, wakeOn);',
  },
  {
    name: 'a canceled batch is ignored',
    file: 'shared/smsbatch/send/sendChunk.ts',
    find: "const isCanceled = batch.state === 'canceled' || (await revokeIfRefused(context, batch));",
    replace: 'const isCanceled = await revokeIfRefused(context, batch);',
  },
  {
    name: 'the counters change in another transaction than the results',
    file: 'shared/smsbatch/ledger/counters.ts',
    find: 'const etags = await this.#table.transact(batchId, [counted, shardChange]);',
    replace: `await this.#table.transact(batchId, [shardChange]);
    const etags = await this.#table.transact(batchId, [counted]);`,
  },
  {
    name: 'a counter row of unknown content is used again',
    file: 'shared/smsbatch/ledger/counters.ts',
    find: 'if (row?.etag === shard.etag) this.#putBack(batchId, shard);',
    replace: 'if (row) this.#putBack(batchId, { ...shard, etag: row.etag });',
  },
  {
    name: 'send times are reserved for days ahead',
    file: 'shared/smsbatch/split.ts',
    find: 'if (free - context.now() > HORIZON_MILLISECONDS) {',
    replace: 'if (free - context.now() > 1000 * HORIZON_MILLISECONDS) {',
  },
  {
    name: 'a split that lost the race continues',
    file: 'shared/smsbatch/split.ts',
    find: "return context.batches.advance(batch, { nextChunk: last, lastChunkOn, state: 'running', splitDueOn });",
    replace: `const changes = { nextChunk: last, lastChunkOn, state: 'running', splitDueOn } as const;
  return (await context.batches.advance(batch, changes)) ?? { ...batch, ...changes };`,
  },
  {
    name: 'the sweep takes an interrupted chunk for one that was never sent',
    file: 'shared/smsbatch/sweep.ts',
    find: 'const doubtful = isDoubtful(stored.state);\n  const isAtOnce',
    replace: 'const { doubtful } = stored.state;\n  const isAtOnce',
  },
  {
    name: 'the sweep takes work in progress for abandoned',
    file: 'shared/smsbatch/sweep.ts',
    find: "state !== 'done' && wakeOn + OVERDUE_MILLISECONDS[state] < now",
    replace: "state !== 'done' && wakeOn - OVERDUE_MILLISECONDS[state] < now",
  },
  {
    name: 'one batch that cannot be recovered stops the sweep of all',
    file: 'shared/smsbatch/sweep.ts',
    find: 'cannot be recovered`, error);',
    replace: 'cannot be recovered`, error);\n    throw error;',
  },
  {
    name: 'a finished batch is taken off the sweep while a late write may arrive',
    file: 'shared/smsbatch/sweep.ts',
    find: 'const QUIET_MILLISECONDS = 2 * 60_000;',
    replace: 'const QUIET_MILLISECONDS = 0;',
  },
  {
    name: 'a redrive sends to those in doubt without being asked',
    file: 'shared/smsbatch/redrive.ts',
    find: "name === 'failed' || (name === 'inDoubt' && redriveInDoubt)",
    replace: "name === 'failed' || name === 'inDoubt'",
  },
  {
    name: 'a repeated redrive reopens what it has just sent',
    file: 'shared/smsbatch/redrive.ts',
    find: 'state.redrive >= redrives',
    replace: 'state.redrive > redrives',
  },
  {
    name: 'a batch is completed while recipients are open',
    file: 'shared/smsbatch/completion.ts',
    find: 'if (counts.pending > 0) return;',
    replace: '',
  },
  {
    name: 'the event of a cancellation is not written with it',
    file: 'shared/smsbatch/cancellation.ts',
    find: "return { state: 'canceled', completedOn: context.now(), reason, pendingEvents };",
    replace: "return { state: 'canceled', completedOn: context.now(), reason };",
  },
  {
    name: 'a pending event is cleared before it is emitted',
    file: 'shared/smsbatch/outcome.ts',
    find: '  const tally = await context.ledger.tally(batch.id);\n  for (',
    replace: `  const cleared = await context.batches.advance(batch, { pendingEvents: [] });
  if (!cleared) return undefined;
  const tally = await context.ledger.tally(batch.id);
  for (`,
  },
  {
    name: 'a forged delivery report counts',
    file: 'shared/smsbatch/deliveryReports.ts',
    find: "return true;\n  return result[0] === 'accepted' && result[1] === messageId;",
    replace: "return true;\n  return result[0] === 'accepted' && messageId !== '';",
  },
  {
    name: 'a late failure report replaces a delivery',
    file: 'shared/smsbatch/ledger/deliveries.ts',
    find: 'if (isDelivered !== other[0]) return isDelivered > other[0];',
    replace: '',
  },
];

export const BATCH_FAULTS: readonly PlantedFault[] = FAULTS.map((fault) => ({ ...fault, tests: BATCH_TESTS }));

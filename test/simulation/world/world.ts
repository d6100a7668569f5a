import * as z from 'zod';
import type { ReceivedMessage, Simulation, World } from '../engine/types.ts';
import { Acs } from './acs/acs.ts';
import { type Action, drawActions } from './actions.ts';
import { Auditor } from './auditor.ts';
import { Callers } from './caller.ts';
import { Fleet } from './fleet.ts';
import { History } from './history.ts';
import { drawInstallation } from './installation.ts';
import { comeToRest } from './liveness.ts';
import { Operator } from './operator.ts';
import { QueueBell } from './queueBell.ts';
import { judgeEnd, judgeHistory } from './verdict.ts';
import { Workload } from './workload.ts';

const incoming = z.object({ eventType: z.string(), data: z.object({ messageId: z.string().optional() }) });

/** In some runs nothing goes wrong at all: then rates are exact, for example. */
const CALM_SHARE = 0.1;

const JUDGE_MILLISECONDS = 10 * 60_000;

/** Switchboard's real code between callers, ACS, Event Grid and the Functions host. */
export const world: World = {
  async run(simulation: Simulation): Promise<void> {
    const installation = drawInstallation(simulation.random.fork('installation'));
    const history = new History();
    const bell = new QueueBell(simulation);
    const acs = new Acs(simulation, { installation, history, posted: (queue) => bell.ring(queue) });
    let workload: Workload | undefined;
    const served = (queue: string, message: ReceivedMessage) => {
      if (queue === 'acs-events') recordKeywords(simulation, history, workload, message);
    };
    const fleet = new Fleet({ simulation, installation, acs, bell, history, served });
    const callers = new Callers(simulation, fleet, history);
    const senders = [...Object.keys(installation.rates), ...installation.emailSenders];
    const operator = new Operator({ simulation, fleet, acs, history, senders });
    const { clients } = installation;
    workload = new Workload({ simulation, acs, callers, operator, bell, history, clients });
    const startedOn = simulation.now();
    fleet.scale(simulation.random.between(1, 3));
    const isCalm = simulation.random.chance(CALM_SHARE);
    if (isCalm) simulation.stopFaults();
    const actions = drawActions(simulation, installation, isCalm);
    const unfinished = new Set(actions);
    const perform = async (action: Action) => {
      await workload?.perform(action);
      unfinished.delete(action);
    };
    const performed = Promise.all(actions.map(perform));
    const facts = { simulation, installation, history, isUndisturbed: isCalm };
    while (simulation.now() - startedOn < simulation.workloadMilliseconds) {
      const leftMilliseconds = startedOn + simulation.workloadMilliseconds - simulation.now();
      await simulation.sleep(Math.min(JUDGE_MILLISECONDS, leftMilliseconds));
      if (simulation.faults.strikes('hostRestart')) void fleet.restart();
      judgeHistory(facts);
    }
    simulation.stopFaults();
    acs.recover();
    const auditor = new Auditor(simulation, installation);
    await comeToRest({ simulation, installation, history, workload, auditor, unfinished });
    await performed;
    history.spansOneDay = Math.floor(startedOn / DAY_MILLISECONDS) === Math.floor(simulation.now() / DAY_MILLISECONDS);
    await judgeEnd({ ...facts, acs, auditor });
    fleet.end();
  },
};

const DAY_MILLISECONDS = 86_400_000;

/** Notes when keywords are certainly recorded. */
function recordKeywords(
  simulation: Simulation,
  { choices }: History,
  workload: Workload | undefined,
  { text }: ReceivedMessage,
): void {
  const { success, data } = incoming.safeParse(JSON.parse(Buffer.from(text, 'base64').toString()));
  const keyword = success && workload?.keywords.get(data.data.messageId ?? '');
  if (!keyword) return;
  const { number, sender, word, madeOn } = keyword;
  choices.push({ number, sender, optedOut: word === 'STOP', madeOn, recordedOn: simulation.now() });
}

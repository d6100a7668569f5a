import type { LocalFunction } from './bindings.ts';
import type { Route } from './http/router.ts';

/** A line for each function, as Core Tools prints them: `sendSms: [POST] http://127.0.0.1:7071/sms`. */
export function functionLines(functions: readonly LocalFunction[], routes: readonly Route[], url: string): string[] {
  return functions.map(({ name, trigger }) => {
    if (trigger.kind === 'queue') return `${name}: queueTrigger ${trigger.queueName}`;
    if (trigger.kind === 'timer') return `${name}: timerTrigger ${trigger.schedule}`;
    const methods = [...(trigger.methods ?? ['*'])].join(',');
    const template = routes.find((route) => route.target.name === name)?.template ?? '';
    return `${name}: [${methods}] ${url}/${template}`;
  });
}

import { chatRoutes } from './chat/chatRoutes.ts';
import { controlRoutes } from './control/controlRoutes.ts';
import { emailRoutes } from './email/emailRoutes.ts';
import type { Route } from './http/route.ts';
import { identityRoutes } from './identity/identityRoutes.ts';
import { itemRoutes } from './inspection/itemRoutes.ts';
import { pageRoutes } from './inspection/pageRoutes.ts';
import { smsRoutes } from './sms/smsRoutes.ts';

/** Every operation of the emulator, one table per service. */
export const ROUTES: readonly Route[] = [
  ...identityRoutes,
  ...smsRoutes,
  ...emailRoutes,
  ...chatRoutes,
  ...controlRoutes,
  ...itemRoutes,
  ...pageRoutes,
];

/** The names of the operations of the four services. */
export const OPERATIONS = ROUTES.filter(({ service }) => service !== 'emulator').map(({ name }) => name);

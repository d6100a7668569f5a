import { chatRoutes } from './chat/chatRoutes.ts';
import { emailRoutes } from './email/emailRoutes.ts';
import type { Route } from './http/route.ts';
import { identityRoutes } from './identity/identityRoutes.ts';
import { smsRoutes } from './sms/smsRoutes.ts';

/** Every operation of the four services. */
export const SERVICE_ROUTES: readonly Route[] = [...identityRoutes, ...smsRoutes, ...emailRoutes, ...chatRoutes];

/** Their names. */
export const OPERATIONS = SERVICE_ROUTES.map(({ name }) => name);

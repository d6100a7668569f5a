import { controlRoutes } from './controlRoutes.ts';
import type { InspectionRoute } from './inspectionRoute.ts';
import { itemRoutes } from './itemRoutes.ts';
import { mailboxRoutes } from './mailboxRoutes.ts';
import { receivedRoutes } from './receivedRoutes.ts';

/** Every call of the emulator's own API. */
export const INSPECTION_ROUTES: readonly InspectionRoute[] = [
  ...itemRoutes,
  ...receivedRoutes,
  ...controlRoutes,
  ...mailboxRoutes,
];

import type { Route } from './http/route.ts';
import { INSPECTION_ROUTES } from './inspection/inspectionRoutes.ts';
import { pageRoutes } from './inspection/pageRoutes.ts';
import { SERVICE_ROUTES } from './serviceRoutes.ts';

/** Every route of the emulator. */
export const ROUTES: readonly Route[] = [...SERVICE_ROUTES, ...INSPECTION_ROUTES, ...pageRoutes];

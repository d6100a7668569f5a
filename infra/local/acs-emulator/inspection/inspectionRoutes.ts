import * as z from 'zod';
import { controlRoutes } from './controlRoutes.ts';
import { deliveryRoutes } from './deliveryRoutes.ts';
import { emailContentRoutes } from './emailContentRoutes.ts';
import { type InspectionRoute, inspectionRoute, inspectionRoutes } from './inspectionRoute.ts';
import { itemRoutes } from './itemRoutes.ts';
import { mailboxRoutes } from './mailboxRoutes.ts';
import { openApiDocument, type RouteGroup } from './openApiDocument.ts';
import { receivedRoutes } from './receivedRoutes.ts';
import { recipientRoutes } from './recipientRoutes.ts';
import { seedRoutes } from './seedRoutes.ts';

const documentRoutes = inspectionRoutes({
  getOpenApi: inspectionRoute({
    method: 'GET',
    path: '/_emulator/openapi.json',
    summary: 'Returns this description, as OpenAPI 3.1.',
    response: z.looseObject({ openapi: z.literal('3.1.0') }),
    handle: ({ baseUrl }) => ({ status: 200, body: { ...openApiDocument(GROUPS), servers: [{ url: baseUrl }] } }),
  }),
});

const GROUPS: readonly RouteGroup[] = [
  { name: 'Items', description: 'List, search and wait for what arrived on any channel.', routes: itemRoutes },
  { name: 'Email', description: 'The parts of email messages.', routes: emailContentRoutes },
  { name: 'Delivery', description: 'Set delivery states and opt-outs.', routes: deliveryRoutes },
  { name: 'Recipients', description: 'Delete everything to and from one person.', routes: recipientRoutes },
  { name: 'Seed', description: 'Save and restore what a mailbox contains.', routes: seedRoutes },
  { name: 'Lists', description: 'Complete lists of what arrived, in the terms of ACS.', routes: receivedRoutes },
  { name: 'Behavior', description: 'Faults, quotas, events, keys and the clock.', routes: controlRoutes },
  {
    name: 'Mailboxes',
    description: 'Separate resources, for tests that run at the same time.',
    routes: mailboxRoutes,
  },
  { name: 'Description', description: 'This document.', routes: documentRoutes },
];

/** Every call of the emulator's own API. */
export const INSPECTION_ROUTES: readonly InspectionRoute[] = GROUPS.flatMap(({ routes }) => routes);

import type { AnyOperation } from './definition.ts';
import type { PublicDefinition } from './publicFunction.ts';

// What the functions have declared while they were loaded; the API's description is made from it.

export const operations: AnyOperation[] = [];
export const publicFunctions: PublicDefinition[] = [];

import { randomInt, randomUUID } from 'node:crypto';

/** Names that no other test and no other run has. */
export const uniquePhone = () => `+1425${randomInt(1_000_000_000, 9_999_999_999)}`;
export const uniqueAddress = () => `anna.${randomUUID()}@example.com`;
export const uniqueQueue = (prefix = 'reply') => `${prefix}-${randomUUID()}`;
export const uniqueTopic = () => `topic ${randomUUID()}`;

/** A number of which every test may send. */
export const SENDER = '+18005550100';

import { relative } from 'node:path';
import { expect } from 'vitest';

// Each test file draws its own random inputs, so that two files that run side by side do not use the same names.
process.env['TEST_FILE'] = relative('.', expect.getState().testPath ?? '');

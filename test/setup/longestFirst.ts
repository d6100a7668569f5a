import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait for most of a minute, longest first: a file that starts late must not be the last to end. */
const SLOW = [
  ...['start.announcement', 'start.ending', 'batch.failures', 'queue', 'email', 'integration/docs', 'batch.pace'],
  ...['email.pace', 'start', 'start.processes', 'internalMessages', 'killSwitch', 'erasure', 'upstream', 'clientNames'],
  ...['rules/package', 'functions-host-start', 'batch.poison'],
];

/** Runs slow files first even when Vitest has no durations of an earlier run, as on a new machine. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const index = SLOW.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return index < 0 ? SLOW.length : index;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}

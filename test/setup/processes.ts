import { execFileSync } from 'node:child_process';

export interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Those that run: one that has ended may stay in the table until its parent asks how. */
function processes(): Row[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined || state?.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** A process's children and theirs, at any depth; the process itself stands first where it is wanted. */
export function descendantsOf(pid: number, { itself = false }: { readonly itself?: boolean } = {}): readonly Row[] {
  const all = processes();
  const found: Row[] = itself ? all.filter((row) => row.pid === pid) : [];
  for (let parents = [pid]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

export function isRunning(pid: number): boolean {
  return processes().some((row) => row.pid === pid);
}

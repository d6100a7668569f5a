import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { STATUS_OF_CODE } from '../../shared/contract/switchboardError.ts';
import { ERROR_MEANINGS } from '../../shared/openapi/errors.ts';
import { operations, publicFunctions } from '../../shared/operation/definition.ts';
import type { Trigger } from '../../shared/operation/functions.ts';
import { environment } from '../../shared/settings/environment.ts';
import { telemetryEnvironment } from '../../shared/settings/telemetryEnvironment.ts';
import { METRICS } from '../../shared/telemetry/measures.ts';
import { callSections } from './callTables.ts';
import { clientOperations, clientTypes } from './clientTypes.ts';
import { declaredTriggers } from './declarations.ts';
import { emulatorCalls, emulatorItemTypes } from './emulatorTypes.ts';
import { SDK_MEMBERS, SDK_PACKAGES, type SdkMember } from './sdkMembers.ts';

/** Files with generated sections: pages, and lists that neither TypeScript nor Bicep can derive from the functions. */
export const GENERATED = [
  'README.md',
  '{functions,shared,infra,test}/**/README.md',
  'shared/contract/operationNames.ts',
  'shared/client/{types,operations}.ts',
  'infra/local/acs-emulator/library/itemTypes.ts',
  'infra/modules/names.bicep',
  'infra/operator/person/queueTraces.ts',
] as const;

type QueueTrigger = Extract<Trigger, { kind: 'queue' }>;

const START = /^(?:<!--|\/\/) generated: ([\w-]+)(?: -->)?$/;
const END = /^(?:<!--|\/\/) end of generated(?: -->)?$/;

/** The sections that follow from declarations in the code, by the names in their markers. */
export type Sections = Readonly<Record<string, string>>;

/** Loads every function, which fills the registry of operations, and writes all sections. */
export async function generateSections(): Promise<Sections> {
  const queues = (await declaredTriggers()).filter((it) => it.kind === 'queue');
  return {
    operations: operationTable(),
    queues: queueTable(),
    'internal-queues': internalQueueTable(queues),
    'sdk-methods': sdkTable(),
    errors: errorTable(),
    settings: settingTable('shared/settings/environment.ts', environment.unwrap().shape),
    'telemetry-settings': settingTable('shared/settings/telemetryEnvironment.ts', telemetryEnvironment.unwrap().shape),
    metrics: metricTable(),
    'operation-names': operationNames(),
    'client-types': clientTypes({ operations, publicFunctions }),
    'client-operations': clientOperations({ operations, publicFunctions }),
    'emulator-item-types': emulatorItemTypes(),
    'emulator-calls': table(['call', 'query', 'what it does'], emulatorCalls()),
    'work-queues': workQueues(queues),
    'consumed-queues': consumedQueues(queues),
    ...callSections(),
  };
}

/** A page with the sections between its markers. @throws Error when a marker names no section */
export function withSections(page: string, sections: Sections): string {
  const lines: string[] = [];
  let isInSection = false;
  for (const line of page.split('\n')) {
    if (END.test(line)) isInSection = false;
    if (!isInSection) lines.push(line);
    const [, name] = START.exec(line) ?? [];
    if (name === undefined) continue;
    const section = sections[name];
    if (section === undefined) throw new Error(`No generated section has the name '${name}'.`);
    lines.push(...(line.startsWith('<!--') ? ['', section, ''] : [section]));
    isInSection = true;
  }
  return lines.join('\n');
}

function operationTable(): string {
  const rows = operations.map(({ tag, http, name, summary }) => [tag, `${http.method} /${http.route}`, name, summary]);
  const open = publicFunctions
    .filter(({ route }) => !route.includes('{'))
    .map(({ route, summary }) => ['Open to all', `GET /${route}`, '', summary]);
  const groups = [...new Set(rows.map(([tag = '']) => tag))].toSorted(alphabetically);
  const sorted = [...groups.flatMap((tag) => rows.filter((row) => row[0] === tag)), ...open];
  return table(
    ['group', 'call', 'operation', 'what it does'],
    sorted.map(([tag = '', call = '', name = '', summary = '']) => [tag, code(call), name && code(name), summary]),
  );
}

function queueTable(): string {
  const rows = operations.flatMap(({ name, queue }) => (queue === undefined ? [] : [[code(queue), code(name)]]));
  return table(['queue', 'operation'], rows);
}

function internalQueueTable(triggers: readonly QueueTrigger[]): string {
  const own = new Set(operations.map(({ queue }) => queue));
  const rows = triggers
    .toSorted((one, other) => alphabetically(one.name, other.name))
    .flatMap(({ name, queue }) => (own.has(queue) ? [] : [[code(queue), code(name)]]));
  return table(['queue', 'read by'], rows);
}

/** The methods of the official SDKs and the versions with which they are tested; equal neighbors share a row. */
function sdkTable(): string {
  const rows: [methods: string[], member: SdkMember][] = [];
  for (const [name, member] of Object.entries(SDK_MEMBERS)) {
    const [names, last] = rows.at(-1) ?? [];
    if (member === last) names?.push(name);
    else rows.push([[name], member]);
  }
  const versions = sdkVersions();
  const cells = rows.map(([names, member]) => {
    const { operation, since = '', exception, differences } = member;
    const methods = names.map((name, index) => (index === 0 ? name : name.slice(name.lastIndexOf('.') + 1)));
    const notes = [exception ?? [], ...Object.values(differences ?? {})].flat().join(' ');
    return [methods.map(code).join(', '), operation ? code(operation) : '', since, betaOf(names[0], member), notes];
  });
  const tested = versions.map(({ name, stable, beta }) => `${code(name)} ${stable}${beta && ` and ${beta}`}`);
  return `Tested with ${tested.join(', ')}.\n\n${table(['method', 'operation', 'since', 'beta', 'notes'], cells)}`;

  /** How the beta differs; empty if there is none that belongs to the stable version. */
  function betaOf(method = '', { only, betaDifferences }: SdkMember): string {
    const [className = ''] = method.split('.');
    const hasBeta = versions.some(({ name, beta }) => beta !== '' && name === SDK_PACKAGES[className]);
    if (!hasBeta) return '';
    if (betaDifferences) return Object.values(betaDifferences).join(' ');
    return { stable: 'absent', beta: 'beta only', both: 'same' }[only ?? 'both'];
  }
}

/** The clients in `package.json`; `beta` is empty if there is none. */
function sdkVersions(): { name: string; stable: string; beta: string }[] {
  const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
  const { devDependencies } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  return [...new Set(Object.values(SDK_PACKAGES))].map((name) => ({
    ...{ name, stable: devDependencies[name] ?? '' },
    beta: devDependencies[`${name}-beta`]?.replace(/^npm:.*@/, '') ?? '',
  }));
}

/** As TypeScript. */
function operationNames(): string {
  const names = operations.map(({ name }) => `  '${name}',`).toSorted(alphabetically);
  return ['export const OPERATION_NAMES = [', ...names, '] as const;'].join('\n');
}

/** As Bicep: every queue that a function reads, except for poison queues, which the host creates. */
function workQueues(triggers: readonly QueueTrigger[]): string {
  const queues = queuesRead(triggers).filter((name) => !name.endsWith('-poison'));
  return ['var workQueues = [', ...queues.map((name) => `  '${name}'`), ']'].join('\n');
}

/** As TypeScript: every queue that a function reads. */
function consumedQueues(triggers: readonly QueueTrigger[]): string {
  const names = queuesRead(triggers).map((name) => `  '${name}',`);
  return ['export const WORK_QUEUES: readonly string[] = [', ...names, '];'].join('\n');
}

function queuesRead(triggers: readonly QueueTrigger[]): string[] {
  return triggers.map(({ queue }) => queue).toSorted(alphabetically);
}

function errorTable(): string {
  const codes = Object.keys(ERROR_MEANINGS) as (keyof typeof ERROR_MEANINGS)[];
  const byStatus = codes.toSorted((one, other) => STATUS_OF_CODE[one] - STATUS_OF_CODE[other]);
  const rows = byStatus.map((it) => [String(STATUS_OF_CODE[it]), code(it), ERROR_MEANINGS[it]]);
  const acs = ['4xx', 'ACS’s own code', 'ACS refused the request; its status, code and message are passed on.'];
  return table(['status', 'code', 'meaning'], [...rows, acs]);
}

/** Settings are described by the comments at their declarations. @param shape by name, with the defaults */
function settingTable(file: string, shape: Readonly<Record<string, z.core.$ZodType>>): string {
  const source = readFileSync(file, 'utf8');
  const rows = Object.entries(shape).flatMap(([name, schema]) => {
    if (name.startsWith('WEBSITE_')) return []; // set by the platform
    const comment = commentOf(source, name);
    return comment === undefined ? [] : [[code(name), defaultOf(schema), comment]];
  });
  return table(['setting', 'default', 'meaning'], rows);
}

/** The doc comment at the declaration of a member, in one line. */
function commentOf(source: string, name: string): string | undefined {
  const declaration = source.split('\n').find((line) => line.trimStart().startsWith(`${name}:`));
  if (declaration === undefined) return undefined;
  const before = source.slice(0, source.indexOf(`\n${declaration}`));
  if (!before.endsWith('*/')) return undefined;
  const lines = before.slice(before.lastIndexOf('/**') + 3, -2).split('\n');
  return lines
    .map((line) => line.trim().replace(/^\* ?/, ''))
    .join(' ')
    .trim();
}

function defaultOf(schema: z.core.$ZodType): string {
  const { type, defaultValue } = schema._zod.def as { type: string; defaultValue?: unknown };
  if (type !== 'default' && type !== 'prefault') return '';
  const text = typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue);
  return ['', '{}', '[]'].includes(text) ? '' : code(text);
}

function metricTable(): string {
  const rows = METRICS.map(({ name, unit, kind, attributes, description }) => [
    code(name),
    `${kind}${/^[{1]/.test(unit) ? '' : `, ${unit}`}`,
    attributes.map(code).join(', '),
    description,
  ]);
  return table(['metric', 'kind', 'attributes', 'meaning'], rows);
}

const alphabetically = (one: string, other: string): number => (one < other ? -1 : 1);

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

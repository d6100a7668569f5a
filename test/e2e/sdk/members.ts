import { globSync, readFileSync } from 'node:fs';

/** A class that a package exports, with an instance of it: sub-clients such as `optOuts` exist on instances only. */
export interface SdkClass {
  readonly name: string;
  readonly exported: object;
  readonly instance: object;
}

/**
 * The classes among the exports of a package.
 *
 * @param instances one instance of each class, by its name
 * @throws Error for a class without one: what it is for has to be decided first
 */
export function classesOf(exports: object, instances: Readonly<Record<string, object>>): SdkClass[] {
  return Object.entries(exports).flatMap(([name, exported]) => {
    if (typeof exported !== 'function' || namesOf(exported.prototype ?? {}).length === 0) return [];
    const instance = instances[name];
    if (!instance || !(instance instanceof exported)) throw new Error(`There is no instance of the new class ${name}.`);
    return [{ name, exported, instance }];
  });
}

/**
 * Names of all public members: static ones, methods and accessors of the class and those above it, what an instance has of
 * its own, and the methods of its sub-clients, such as `SmsClient.optOuts.add`.
 *
 * @param folder of the package, in `node_modules`
 */
export function publicMembers({ name, exported, instance }: SdkClass, folder: string): string[] {
  const hidden = privateMembers(name, folder);
  const own = Object.getOwnPropertyNames(instance).flatMap((member) => {
    const value: unknown = Reflect.get(instance, member);
    if (hidden.has(member) || typeof value !== 'object' || value === null) return [member];
    return inheritedNames(value).map((method) => `${member}.${method}`);
  });
  const members = new Set([...namesOf(exported), ...inheritedNames(instance), ...own]);
  return [...members].filter((member) => !hidden.has(member)).map((member) => `${name}.${member}`);
}

/** What every class or function has. */
const BUILT_IN = ['constructor', 'length', 'name', 'prototype'];

const namesOf = (value: object): string[] =>
  Object.getOwnPropertyNames(value).filter((member) => !BUILT_IN.includes(member));

/** Names in the prototypes of a value, up to that of all objects. */
function inheritedNames(value: object): string[] {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return [];
  return [...namesOf(prototype), ...inheritedNames(prototype)];
}

/** What is private is so in the package's declarations only. */
function privateMembers(name: string, folder: string): ReadonlySet<string> {
  const declarations = globSync([`${folder}/types/*.d.ts`, `${folder}/dist/esm/*.d.ts`]);
  const declaration = declarations
    .map(
      (file) => new RegExp(`^export declare class ${name} \\{$(.*?)^\\}$`, 'ms').exec(readFileSync(file, 'utf8'))?.[1],
    )
    .find((body) => body !== undefined);
  if (declaration === undefined) throw new Error(`${folder} declares no class ${name}.`);
  return new Set([...declaration.matchAll(/^ {4}private (?:readonly )?(\w+)/gm)].map(([, member = '']) => member));
}

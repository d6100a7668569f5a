import { globSync, readFileSync } from 'node:fs';

/** A class that a package exports, with an instance of it: sub-clients such as `optOuts` exist on instances only. */
export interface SdkClass {
  readonly name: string;
  readonly prototype: object;
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
    if (typeof exported !== 'function' || Object.getOwnPropertyNames(exported.prototype ?? {}).length < 2) return [];
    const instance = instances[name];
    if (!instance || !(instance instanceof exported))
      throw new Error(`There is no instance of the new class ${name} to look at.`);
    return [{ name, prototype: exported.prototype as object, instance }];
  });
}

/**
 * Names of all public members: methods and accessors of the class, what an instance has of its own, and the methods of
 * its sub-clients, such as `SmsClient.optOuts.add`. What is private is so in the package's declarations only.
 *
 * @param folder of the package, in `node_modules`
 */
export function publicMembers({ name, prototype, instance }: SdkClass, folder: string): string[] {
  const hidden = privateMembers(name, folder);
  const own = Object.getOwnPropertyNames(instance).flatMap((member) => {
    const value: unknown = Reflect.get(instance, member);
    if (hidden.has(member) || typeof value !== 'object' || value === null) return [member];
    return methodsOf(Object.getPrototypeOf(value)).map((method) => `${member}.${method}`);
  });
  const members = new Set([...methodsOf(prototype), ...own]);
  return [...members].filter((member) => !hidden.has(member)).map((member) => `${name}.${member}`);
}

const methodsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((member) => member !== 'constructor');

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

import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, LogCategory, LogLevel, ProgrammingModel } from './rpc.ts';

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';
type HookCallback = (context: object) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** Runs its action once, like the worker's class of this name. */
export class Disposable {
  static from(...disposables: ReadonlyArray<{ dispose(): unknown }>): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  #onDispose: (() => unknown) | undefined;

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  dispose(): void {
    const onDispose = this.#onDispose;
    this.#onDispose = undefined;
    onDispose?.();
  }
}

/** What `require('@azure/functions-core')` returns to the library. */
export interface CoreApi {
  readonly version: string;
  readonly hostVersion: string;
  readonly Disposable: typeof Disposable;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  registerHook(name: string, callback: HookCallback): Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export type SystemLog = (level: LogLevel, message: string) => void;

const hookNames: readonly string[] = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];

/** The worker's part of the library: what the app has registered, and the data that its hooks share. */
export class Core {
  readonly api: CoreApi;
  readonly functions = new Map<string, RegisteredFunction>();
  readonly appHookData: Record<string, unknown> = {};
  readonly #appLevelHookData: Record<string, unknown> = {};
  readonly #hooks = new Map<string, HookCallback[]>();
  #model: ProgrammingModel | undefined;
  #started: boolean = false;

  constructor(systemLog: SystemLog) {
    this.api = {
      version: '3.0.0',
      hostVersion: '4.1000.0',
      Disposable,
      registerFunction: (metadata, callback) => this.#registerFunction(metadata, callback),
      registerHook: (name, callback) => this.#registerHook(name, callback),
      setProgrammingModel: (model) => {
        this.#rejectAfterStart('The programming model');
        this.#model = model;
      },
      getProgrammingModel: () => this.#model,
      log: (level, _category, message) => systemLog(level, message),
    };
  }

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  /** Rejects later registrations: functions are fixed once the app has started. */
  seal(): void {
    this.#started = true;
  }

  hooks(name: HookName): readonly HookCallback[] {
    return this.#hooks.get(name) ?? [];
  }

  /** Runs the hooks one after another, in the order of their registration. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const hook of this.hooks(name)) await hook(context);
  }

  /** Runs `appStart` or `appTerminate` hooks. */
  runAppHooks(name: 'appStart' | 'appTerminate', functionAppDirectory: string): Promise<void> {
    const context = { hookData: this.#appLevelHookData, appHookData: this.appHookData };
    return this.runHooks(name, name === 'appStart' ? { ...context, functionAppDirectory } : context);
  }

  #rejectAfterStart(what: string): void {
    if (this.#started) throw new Error(`${what} can only be registered while the app starts.`);
  }

  #registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    this.#rejectAfterStart(`The function "${metadata.name}"`);
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) throw new Error(`The function "${id}" is registered twice.`);
    this.functions.set(id, { metadata, callback });
    return new Disposable(() => {
      this.#rejectAfterStart(`The removal of the function "${id}"`);
      this.functions.delete(id);
    });
  }

  #registerHook(name: string, callback: HookCallback): Disposable {
    // The library detects a host without log hooks by this error class.
    if (!hookNames.includes(name)) throw new RangeError(`Unrecognized hook "${name}".`);
    const hooks = this.#hooks.get(name) ?? [];
    hooks.push(callback);
    this.#hooks.set(name, hooks);
    return new Disposable(() => {
      const index = hooks.indexOf(callback);
      if (index >= 0) hooks.splice(index, 1);
    });
  }
}

const coreName = '@azure/functions-core';
const realRequire = Module.prototype.require;

/**
 * Provides `require('@azure/functions-core')` in this process. The package is not on npm: the Functions worker provides it in
 * the same way, also for a `require` that bundled code creates with `createRequire`.
 */
export function answerCoreRequire(core: CoreApi): void {
  Module.prototype.require = function requireOrCore(this: unknown, id: string): unknown {
    return id === coreName ? core : realRequire.call(this, id);
  } as typeof realRequire;
}

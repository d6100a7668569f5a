import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';

interface OperationNames {
  readonly paths?: {
    readonly '/_emulator/faults'?: { readonly put?: { readonly requestBody?: unknown } };
  };
}

/** The operations that can fail, as the document of the inspection API lists them; empty until it is loaded. */
export function useOperations(mailbox: string): readonly string[] {
  const [operations, setOperations] = useState<readonly string[]>([]);
  useEffect(() => {
    get<OperationNames>('openapi.json', { mailbox }).then(
      (document) => setOperations(enumIn(document.paths?.['/_emulator/faults']?.put?.requestBody, 'operation')),
      () => {}, // any operation and the present one can still be chosen
    );
  }, [mailbox]);
  return operations;
}

/** The values of the property of this name, wherever it is in a schema. */
function enumIn(schema: unknown, property: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const found = Object.entries(schema).flatMap(([name, value]) => {
    const values: unknown = name === property ? (value as { readonly enum?: unknown } | null)?.enum : undefined;
    return Array.isArray(values) ? values.map(String) : enumIn(value, property);
  });
  return found.filter((name) => name !== '*');
}

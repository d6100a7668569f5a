import { API_VERSION, errorEnvelope } from '../contract/common.ts';
import type { AnyOperation, PublicDefinition, Tag } from '../operation/definition.ts';
import { errorComponents } from './errors.ts';
import { HEADERS, PARAMETERS } from './headers.ts';
import { operationObject, publicOperationObject } from './operationObject.ts';
import { createSchemaWriter, type JsonObject, type SchemaWriter } from './schemas.ts';

const DESCRIPTION = `A serverless front door to Azure Communication Services (ACS).

**Authentication.** Use an official ACS SDK with a connection string that has the address of this server and your client's
key, or sign each request with that key as for ACS:

    x-ms-date: Thu, 15 Jan 2026 08:30:00 GMT
    x-ms-content-sha256: <SHA-256 of the body, in base64>
    Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<signature, in base64>

**Errors** have the format of ACS: \`{ "error": { "code", "message", "target"?, "details"? } }\`.
An unknown path is a 404 \`NotFound\`; a path with another method is a 405 \`MethodNotAllowed\` with the header \`Allow\`.

**Retries.** Send the same \`Idempotency-Key\` with each attempt, and the request takes effect once.

**Null.** As in ACS, a request field that is \`null\` counts as absent.`;

const TAGS: Readonly<Record<Tag, string>> = {
  Identity: 'ACS identities and their access tokens.',
  SMS: 'SMS messages, batches of up to a million recipients, delivery reports and opt-outs.',
  Email: 'Email messages and their delivery status.',
  Chat: 'Chat threads and messages, on behalf of the client’s own user, an acting user, or the user of an access token.',
  Audit: 'A log of the operations that clients performed.',
  System: 'Health, limits and documentation of Switchboard itself.',
};

const SECURITY_SCHEMES = {
  accessKey: {
    ...{ type: 'apiKey', in: 'header', name: 'Authorization' },
    description:
      'HMAC-SHA256 signature of the method, the path with the query, and the headers `x-ms-date`, `host` and ' +
      '`x-ms-content-sha256`, as for ACS: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=…`.',
  },
  userToken: {
    ...{ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    description: 'A user access token of ACS with the scope `chat`.',
  },
};

export interface Declared {
  readonly operations: readonly AnyOperation[];
  readonly publicFunctions: readonly PublicDefinition[];
}

/** By the list of operations, which does not change once all functions are loaded. */
const documents = new WeakMap<Declared['operations'], JsonObject>();

/** The OpenAPI document as it is served. @param serverUrl base URL of this server for the caller */
export function openApiText(declared: Declared, serverUrl: string): string {
  const document = documents.get(declared.operations) ?? openApiDocumentOf(declared);
  documents.set(declared.operations, document);
  return JSON.stringify({ ...document, servers: [{ url: serverUrl }] });
}

/**
 * Describes everything that is served over HTTP, without `servers`.
 *
 * @see OpenAPI 3.1.0
 */
export function openApiDocumentOf(declared: Declared): JsonObject {
  const writer = createSchemaWriter();
  const paths = pathsOf(declared, writer);
  const responses = errorComponents(writer.write(errorEnvelope));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: [{ accessKey: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: writer.components,
      responses,
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}

function pathsOf({ operations, publicFunctions }: Declared, writer: SchemaWriter): JsonObject {
  const paths: Record<string, JsonObject> = {};
  const add = (route: string, method: string, object: JsonObject) => {
    paths[`/${route}`] = { ...paths[`/${route}`], [method.toLowerCase()]: object };
  };
  for (const operation of operations.toSorted((one, other) => compare(one.http.route, other.http.route)))
    add(operation.http.route, operation.http.method, operationObject(operation, writer));
  for (const definition of publicFunctions.toSorted((one, other) => compare(one.route, other.route)))
    add(definition.route, 'GET', publicOperationObject(definition, writer));
  return paths;
}

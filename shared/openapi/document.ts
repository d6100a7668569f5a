import { API_VERSION, errorEnvelope } from '../contract/common.ts';
import type { AnyOperation, Tag } from '../operation/definition.ts';
import type { PublicDefinition } from '../operation/publicFunction.ts';
import { errorComponents } from './errors.ts';
import { HEADERS, PARAMETERS } from './headers.ts';
import { operationObject, publicOperationObject } from './operationObject.ts';
import { createSchemaWriter, type JsonObject, type SchemaWriter } from './schemas.ts';

const DESCRIPTION = `A serverless front door to Azure Communication Services (ACS).

Sign each call with your client's key, as ACS wants it, or use an official ACS SDK with a connection string that names this
server:

    x-ms-date: Thu, 15 Jan 2026 08:30:00 GMT
    x-ms-content-sha256: <base64 of the body's SHA-256>
    Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>

Every error has one envelope, \`{ "error": { "code", "message", "target"?, "details"? } }\`.`;

const TAGS: Readonly<Record<Tag, string>> = {
  Identity: 'Users and their access tokens.',
  SMS: 'Single messages, batches of up to a million recipients, delivery reports and opt-outs.',
  Email: 'Email messages and their delivery status.',
  Chat: 'Threads and messages, as the client’s own user, the acting user, or the user of a token.',
  Audit: 'Who did what, and when.',
  System: 'Switchboard itself. No authentication is needed.',
};

const SECURITY_SCHEMES = {
  accessKey: {
    ...{ type: 'apiKey', in: 'header', name: 'Authorization' },
    description:
      'HMAC-SHA256 over method, path with query, and the headers `x-ms-date`, `host` and `x-ms-content-sha256`, as ACS has ' +
      'it: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=…`.',
  },
  userToken: {
    ...{ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    description: 'An ACS user’s own access token with the scope `chat`.',
  },
};

export interface Declared {
  readonly operations: readonly AnyOperation[];
  readonly publicFunctions: readonly PublicDefinition[];
}

/**
 * The description of all that is served over HTTP, but for where that is.
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

function byRoute(one: { readonly route: string }, other: { readonly route: string }): number {
  return one.route < other.route ? -1 : 1;
}

function pathsOf({ operations, publicFunctions }: Declared, writer: SchemaWriter): JsonObject {
  const paths: Record<string, JsonObject> = {};
  const add = (route: string, method: string, object: JsonObject) => {
    paths[`/${route}`] = { ...paths[`/${route}`], [method.toLowerCase()]: object };
  };
  for (const operation of operations.toSorted(byRoute))
    add(operation.route, operation.method, operationObject(operation, writer));
  for (const definition of publicFunctions.toSorted(byRoute))
    add(definition.route, 'GET', publicOperationObject(definition, writer));
  return paths;
}

/** The part of Swagger UI's API that the page uses. @see "Configuration" (Swagger UI 5) */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  const SwaggerUI: (options: {
    readonly url: string;
    readonly dom_id: string;
    readonly deepLinking?: boolean;
    readonly validatorUrl?: null;
    readonly supportedSubmitMethods?: readonly string[];
    readonly defaultModelsExpandDepth?: number;
    readonly defaultModelExpandDepth?: number;
    /** A wrapper gets the component that it replaces. */
    readonly plugins?: readonly { readonly wrapComponents: Readonly<Record<string, () => () => null>> }[];
  }) => unknown;
  export = SwaggerUI;
}

declare module 'swagger-ui-dist/swagger-ui.css';

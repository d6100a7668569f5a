declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  const SwaggerUI: import('./swaggerUi.ts').SwaggerUI;
  export = SwaggerUI;
}

declare module '*.css';

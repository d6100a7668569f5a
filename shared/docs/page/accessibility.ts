import type { WrapComponent } from './swaggerUi.ts';

type Wrappers = Readonly<Record<string, WrapComponent>>;

/** Names and structure for assistive technology, which Swagger UI's components lack. */
export const accessibleComponents: Wrappers = {
  /** HTML allows no link inside the button that opens an operation. The page's address still follows what is open. */
  DeepLink:
    (_, { React: { createElement: h } }) =>
    ({ text }: { readonly text: string }) =>
      h('span', null, text),

  InfoContainer:
    (original, { React: { createElement: h } }) =>
    (props: object) =>
      h('section', { 'aria-label': 'About this API' }, h(original, props)),

  TextArea:
    (original, { React: { createElement: h } }) =>
    (props: object) =>
      h(original, { 'aria-label': 'Request body', ...props }),

  ExamplesSelect:
    (original, { React: { createElement: h } }) =>
    (props: object) =>
      h('label', null, h('span', { className: 'unseen' }, 'Example'), h(original, props)),
};

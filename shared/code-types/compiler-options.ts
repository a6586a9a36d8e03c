/**
 * How TypeScript looks at code steps, as a `tsconfig.json` says it: the same in the editor, in the check before
 * publishing and on disk.
 */
export const codeCompilerOptions = {
  target: 'es2024',
  module: 'esnext',
  moduleResolution: 'bundler',
  // Each code step is a module of its own, also one that exports nothing yet.
  moduleDetection: 'force',
  // The sandbox has no page and no Node: `document` and `process` are mistakes there, so they are here.
  lib: ['es2024'],
  types: [] as string[],
  strict: true,
  // Somebody who writes no types is not told off for it, nor for looking at what they caught.
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
} as const

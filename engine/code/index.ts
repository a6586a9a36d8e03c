export { createCodeRunner, type CodeRunnerOptions, type CodeSandbox } from './create-code-runner.ts'
export type { CodeProblem } from './compile-code.ts'
export { codeLimits } from './code-limits.ts'

export { createCodeRunner, type CodeRunnerOptions, type CodeSandbox } from './create-code-runner.ts'
export type { CodeProblem } from './code-problem.ts'
export { codeLimits } from './code-limits.ts'

import { z } from 'zod'

/** Where in the user's text something is wrong; line and column count from 1. */
export const CodeProblem = z.object({
  line: z.number(),
  column: z.number(),
  message: z.string(),
  /** Absent for what can't be read as TypeScript. */
  code: z.enum(['package_missing', 'package_unusable', 'too_large']).optional(),
  /** The package it is about. */
  package: z.string().optional(),
})
export type CodeProblem = z.infer<typeof CodeProblem>

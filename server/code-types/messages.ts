import type { TypeFile } from '#shared/code-types/flow-types.ts'

/** What the checking process is asked: the files of one flow, and which of them to look at. */
export interface CheckRequest {
  id: number
  /** The same for one flow, so that what is unchanged since the last time is not read again. */
  key: string
  files: TypeFile[]
  /** Declarations of packages, megabytes perhaps: without the files they are those of the question before. */
  libraries: { hash: string; files?: readonly TypeFile[] }
  /** In this order. */
  checked: string[]
}

export interface FoundProblem {
  path: string
  start: number
  length: number
  code: number
  /** The most general sentence first. */
  messages: string[]
}

/** `at` comes before each file, so that one which is never done with is known by name. */
export type CheckMessage =
  | { t: 'ready' }
  | { t: 'at'; id: number; path: string }
  | { t: 'done'; id: number; problems: FoundProblem[] }

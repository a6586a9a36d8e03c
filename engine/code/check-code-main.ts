import { text } from 'node:stream/consumers'
import { findCodeProblems } from './compile-code.ts'
import { stopCompiler } from './compiler-process.ts'

/** A process of its own for `checkCode`: TypeScript on stdin, its problems as JSON on stdout. */
const problems = await findCodeProblems(await text(process.stdin))
await stopCompiler()
process.stdout.write(JSON.stringify(problems))

import { text } from 'node:stream/consumers'
import { findCodeProblems } from './compile-code.ts'
import { stopCompiler } from './compiler-process.ts'

/** A process of its own for `checkCode`: its arguments as JSON on stdin, the problems as JSON on stdout. */
const { code, packages } = JSON.parse(await text(process.stdin))
const problems = await findCodeProblems(code, packages)
await stopCompiler()
process.stdout.write(JSON.stringify(problems))
